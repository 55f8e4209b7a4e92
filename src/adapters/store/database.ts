/** Values that JSON carries unchanged. */
export type Value = string | number | null
export type Row = Record<string, unknown>

/** One statement, run once for each row of parameters. */
export interface Statement {
  sql: string
  rows: readonly (readonly Value[])[]
}

/** One database, whatever its engine. Its methods throw a StoreError where the engine failed. */
export interface Database {
  /** Names the database in errors: the path of its file. */
  readonly location: string
  /** Runs all statements in one transaction. Resolves after the commit to the number of rows each changed. */
  run(statements: readonly Statement[]): Promise<number[]>
  all<R = Row>(sql: string, parameters?: readonly Value[]): Promise<R[]>
}
