import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Mount } from './mount.ts'
import type { HttpEnv } from './request-context.ts'

export function mountOpenApi(mount: Mount, document: () => Record<string, unknown>): void {
  let made: Record<string, unknown> | undefined
  mount(
    'GET /api/openapi.json',
    {
      summary: 'This document',
      responses: {
        200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
    c => c.json((made ??= document()), 200),
  )
}

/** The OpenAPI document, built from the mounted routes and their schemas. */
export function openApi(app: OpenAPIHono<HttpEnv>): Record<string, unknown> {
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key: npx darvaza key create --role viewer.',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
    description: 'An API key as the password, with any user name.',
  })
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Darvaza',
      version: '1',
      description: 'Errors are {"status":"error","code","message","hint"}; docs/errors.md lists the codes.',
    },
  }) as unknown as Record<string, unknown>
}
