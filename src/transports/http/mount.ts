import { createRoute, type OpenAPIHono, type RouteConfig, type RouteHandler } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { z } from 'zod'
import { apiError } from '#protocol/api.ts'
import { actions } from '../../core/access/access.ts'
import { type AccessRow, type RouteName, routes } from '../access-table.ts'
import { readBody } from './body.ts'
import { guard } from './guard.ts'
import type { HttpEnv } from './request-context.ts'

type Path<Name> = Name extends `${string} ${infer P extends string}` ? P : never
type Verb<Name> = Lowercase<Name extends `${infer V} ${string}` ? V : never> & RouteConfig['method']
type HasDevice<Name extends RouteName> = (typeof routes)[Name] extends { device: string } ? true : false

/** The input and the output of a route; its path and the role it needs are in the access table. */
export type Description = Pick<RouteConfig, 'summary' | 'description' | 'responses' | 'tags'> & {
  request?: Omit<NonNullable<RouteConfig['request']>, 'params'>
}
type Route<Name extends RouteName, About extends Description> = About & { method: Verb<Name>; path: Path<Name> }

/** Whether a JSON answer has a schema, which the handler's answer must match. Pages, files and other programs' answers have none. */
type HasSchema<About extends Description> = {
  [Status in keyof About['responses']]: About['responses'][Status] extends {
    content: { 'application/json': { schema: z.ZodType } }
  }
    ? true
    : never
}[keyof About['responses']]
/** Whether browsers get the dashboard's page here. */
type HasPage<Name extends RouteName> = (typeof routes)[Name] extends { page: true } ? true : never

type HandlerOf<Name extends RouteName, About extends Description> = (
  c: Parameters<RouteHandler<Route<Name, About>, HttpEnv<HasDevice<Name>>>>[0],
) =>
  | ReturnType<RouteHandler<Route<Name, About>, HttpEnv<HasDevice<Name>>>>
  | ([HasSchema<About>] extends [never] ? Response | Promise<Response> : never)
  | ([HasPage<Name>] extends [never] ? never : Response | Promise<Response>)

/** Mounts a route of the access table. There is no other way to mount one. */
export type Mount = <Name extends RouteName, const About extends Description>(
  name: Name,
  about: About,
  handler: HandlerOf<Name, About>,
) => void

/** Mounts the resources' routes on `app`. @throws Error when a row of the table is mounted twice or not at all. */
export function mountAll(app: OpenAPIHono<HttpEnv>, resources: readonly ((mount: Mount) => void)[]): void {
  const left = new Set(Object.keys(routes) as RouteName[])
  const mount = (name: RouteName, about: Description, handler: RouteHandler<RouteConfig, HttpEnv>): void => {
    if (!left.delete(name)) throw new Error(`${name} is not in the access table, or is mounted twice`)
    const [method, path] = name.split(' ') as [string, string]
    const route = createRoute({
      ...about,
      method: method.toLowerCase() as RouteConfig['method'],
      path,
      middleware: [guard(name), readBody] as MiddlewareHandler[],
      ...documented(name, about),
    } as unknown as RouteConfig)
    app.openapi(route, handler)
  }
  for (const resource of resources) resource(mount as Mount)
  if (left.size > 0) throw new Error(`nothing is mounted at ${[...left].join(', ')}`)
}

/** The parts of the document that are the same for all routes: path parameters, the role, errors. */
function documented(name: RouteName, about: Description): Partial<RouteConfig> {
  const row: AccessRow = routes[name]
  const role = actions[row.action]
  const parameters = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
    name: parameter!,
    in: 'path' as const,
    required: true,
    schema: { type: 'string' as const },
    ...(row.device && { description: 'The device’s id (d_…) or its name.' }),
  }))
  return {
    ...(parameters.length > 0 && { parameters }),
    description: [about.description, role === 'public' ? 'For everybody.' : `For ${role}s.`].filter(Boolean).join(' '),
    security: role === 'public' ? [] : [{ apiKey: [] }, ...(row.basic ? [{ basic: [] }] : [])],
    responses: { ...about.responses, default: { description: 'Refused or failed.', ...json(apiError) } },
  }
}

export const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { 'application/json': { schema } } })

/** A JSON answer of a route. */
export const answers = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  ...json(schema),
})

/** The JSON body of a request, required or optional. */
export const body = <Schema extends z.ZodType, const Required extends boolean = true>(
  schema: Schema,
  required: Required = true as Required,
) => ({ body: { ...json(schema), required } })
