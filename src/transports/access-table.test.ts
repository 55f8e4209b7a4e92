import { OpenAPIHono } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import { actions } from '../core/access/access.ts'
import { type AccessRow, methodsOf, routeNames, routes, socketAt } from './access-table.ts'
import { type Mount, mountAll } from './http/mount.ts'

const rows = Object.entries(routes) as [string, AccessRow][]
/** Actions for the dashboard's files and for sign-in, which the tests of people cover. */
const forPeople = new Set(['public.page', 'public.enter'])

describe('the access table', () => {
  it('lets the public ask for health, tokens and what this is, and nothing else', () => {
    const open = rows.filter(([, row]) => actions[row.action] === 'public' && !forPeople.has(row.action))
    expect(open.map(([name]) => name)).toEqual(['GET /', 'GET /health', 'GET /ready', 'GET /public/tokens'])
  })

  it('lets people who are not in yet ask who they are and come in, and nothing else', () => {
    const ways = rows.filter(([, row]) => row.action === 'public.enter').map(([name]) => name.replace('/api/auth', ''))
    expect(ways).toEqual([
      'GET /api/me',
      'POST /api/setup',
      'POST /api/invite',
      'GET /get-session',
      'POST /sign-in/email',
      'POST /sign-in/social',
      'GET /callback/{provider}',
      'POST /two-factor/verify-totp',
      'POST /two-factor/verify-backup-code',
      'GET /passkey/generate-authenticate-options',
      'POST /passkey/verify-authentication',
      'POST /sign-out',
    ])
  })

  it('takes Basic, which browsers repeat by themselves, only where nothing can be changed', () => {
    const basic = rows.filter(([, row]) => row.basic).map(([name]) => name)
    expect(basic.length).toBeGreaterThan(0)
    expect(basic.filter(name => !name.startsWith('GET '))).toEqual([])
  })

  it('looks up a device wherever a path names one', () => {
    for (const [name, row] of rows) expect([name, !!row.device]).toEqual([name, name.includes('/devices/{id}')])
  })

  it('gives no route to a board', () => {
    expect(rows.filter(([name]) => socketAt(name.split(' ')[1]!))).toEqual([])
  })

  it('opens no gateway while a row has nothing behind it', () => {
    expect(() => mountAll(new OpenAPIHono(), [])).toThrow(`nothing is mounted at ${routeNames.join(', ')}`)
  })

  it('mounts nothing that has no row', () => {
    const smuggler = (mount: Mount) =>
      mount('GET /api/secrets' as 'GET /health', { responses: {} }, (() => {}) as never)
    expect(() => mountAll(new OpenAPIHono(), [smuggler])).toThrow('GET /api/secrets is not in the access table')
  })

  it('mounts nothing twice', () => {
    const twice = (mount: Mount) => mount('GET /health', { responses: {} }, (() => {}) as never)
    expect(() => mountAll(new OpenAPIHono(), [twice, twice])).toThrow('mounted twice')
  })

  it('knows the methods of a path', () => {
    expect(methodsOf('/api/devices/roof')).toEqual(['GET', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
    expect(methodsOf('/api/devices/roof/snapshot.jpg')).toEqual(['GET', 'HEAD', 'OPTIONS'])
    expect(methodsOf('/api/devices/roof/snapshotXjpg')).toEqual([])
    expect(methodsOf('/api/devices/roof/servo/again')).toEqual([])
  })
})
