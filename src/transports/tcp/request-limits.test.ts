import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../core/limits.ts'
import { excessOf } from './request-limits.ts'

const excess = (headers: [string, string][], url = '/ws') =>
  excessOf({ method: 'GET', url, rawHeaders: headers.flat() }, defaultLimits)

const names = (count: number): [string, string][] => Array.from({ length: count }, (_, at) => [`a-${at}`, '1'])
const token = 'T'.repeat(1_024)

describe('a request is refused unread', () => {
  it('with a path of more than 8 KiB', () => {
    expect(excess([], `/${'a'.repeat(8_191)}`)).toBeUndefined()
    expect(excess([], `/${'a'.repeat(8_192)}`)).toBe('path_too_long')
    expect(excess([], `/?${'a'.repeat(8_191)}`)).toBe('path_too_long')
  })

  it('with more than 200 different header names, in whatever case, however often they repeat', () => {
    expect(excess(names(200))).toBeUndefined()
    expect(excess(names(201))).toBe('too_many_headers')
    const field = ['Authorization', 'X-Device-Type', 'X-Device-ID', 'X-Device-Version', 'X-Connection-Type']
    expect(excess(Array.from({ length: 7_500 }, (_, at) => [field[at % 5]!, '1']))).toBeUndefined()
    expect(excess(Array.from({ length: 400 }, (_, at) => [at % 2 ? 'X-A' : 'x-a', '1']))).toBeUndefined()
  })

  it.each([
    ['Authorization', (token: string) => `Bearer ${token}`],
    ['authorization', (token: string) => `Basic ${token}`],
    ['Authorization', (token: string) => `bearer   ${token}`],
    ['Authorization', (token: string) => `Bearer ${token}, Bearer`],
    ['Authorization', (token: string) => token],
    ['Sec-WebSocket-Protocol', (token: string) => `darvaza.bearer, ${token}`],
    ['Sec-WebSocket-Protocol', (token: string) => ` darvaza.bearer ,${token},other`],
    ['Cookie', (token: string) => `a=b; darvaza.session_token=${token}; c=d`],
    ['Cookie', (token: string) => `__Secure-darvaza.session_token=${token}`],
    ['Cookie', (token: string) => `darvaza.session_token=short; darvaza.two_factor=${token}`],
  ])('with a token of more than 1,024 characters in %s', (name, value) => {
    expect(excess([[name, value('T'.repeat(900))]])).toBeUndefined()
    expect(excess([[name, value(`${token}T`)]])).toBe('token_too_long')
    expect(excess([[name, value('T'.repeat(900_000))]])).toBe('token_too_long')
  })

  it('but not for a token of just 1,024, nor for one that a proxy has joined to itself over and over', () => {
    expect(excess([['Authorization', `Bearer ${token}`]])).toBeUndefined()
    expect(excess([['Authorization', new Array(1_500).fill(`Bearer ${token}`).join(', ')]])).toBeUndefined()
  })

  it('nor for what others put into cookies, protocols and other headers', () => {
    const long = 'x'.repeat(100_000)
    expect(excess([['Cookie', `${long}=${long}; darvaza.session_token=s`]])).toBeUndefined()
    expect(excess([['Sec-WebSocket-Protocol', `mqtt, ${long}`]])).toBeUndefined()
    expect(excess([['X-Whatever', long]])).toBeUndefined()
  })
})
