import { type Compilable, type Expression, sql } from 'kysely'
import type { Database, Statement, Value } from './database.ts'

/** Takes the place of a value in a query: the value is read from each input that the query is run with. */
export interface From<Input> {
  /** The input itself. */
  (): Expression<Input>
  <Field extends keyof Input>(field: Field): Expression<Input[Field]>
  <Column extends Value>(read: (input: Input) => Column): Expression<Column>
}

/**
 * A query of Kysely's that is built and compiled once, and run many times: building one takes longer than running it
 * (docs/decisions/0008-kysely.md). `Row`: one row of its result.
 */
export class PreparedQuery<Input, Row> {
  readonly sql: string
  readonly #reads: readonly ((input: Input) => Value)[]

  constructor(query: Compilable<Row>) {
    const { sql, parameters } = query.compile()
    this.sql = sql
    this.#reads = parameters.map(parameter =>
      parameter instanceof Placeholder ? (parameter.read as (input: Input) => Value) : () => parameter as Value,
    )
  }

  /** The query's parameters for one input. */
  valuesOf(input: Input): Value[] {
    const values: Value[] = []
    for (const read of this.#reads) values.push(read(input))
    return values
  }

  /** A statement of a transaction that runs the query once for each input. */
  each(inputs: readonly Input[]): Statement {
    return { sql: this.sql, rows: inputs.map(input => this.valuesOf(input)) }
  }

  /** A statement that runs the query once, for one input. */
  with(input: Input): Statement {
    return this.each([input])
  }

  rows(database: Database, input: Input): Promise<Row[]> {
    return database.all<Row>(this.sql, this.valuesOf(input))
  }
}

/**
 * Prepares the query that `build` returns. Within it, `from` stands for a value of the input:
 *
 *     prepare((from: From<ApiKey>) => queries.deleteFrom('keys').where('id', '=', from('id')))
 */
export const prepare = <Row, Input = void>(build: (from: From<Input>) => Compilable<Row>): PreparedQuery<Input, Row> =>
  new PreparedQuery(
    build((what?: keyof Input | ((input: Input) => Value)) => sql<never>`${new Placeholder(readerOf(what))}`),
  )

function readerOf<Input>(what?: keyof Input | ((input: Input) => unknown)): (input: Input) => unknown {
  if (what === undefined) return input => input
  return typeof what === 'function' ? what : input => input[what]
}

/** Runs a query whose conditions vary, and which is therefore built each time. */
export function rowsOf<Row>(database: Database, query: Compilable<Row>): Promise<Row[]> {
  const { sql, parameters } = query.compile()
  return database.all<Row>(sql, parameters as readonly Value[])
}

class Placeholder {
  readonly read: unknown

  constructor(read: unknown) {
    this.read = read
  }
}
