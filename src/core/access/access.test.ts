import { describe, expect, it } from 'vitest'
import { type Role, roles } from '#protocol/vocabulary.ts'
import type { Device } from '../devices/device.ts'
import { type Action, actions, authorize, labelOf, type Principal, reaches } from './access.ts'

const device: Device = {
  id: 'd_one',
  name: 'one',
  kind: 'pico',
  state: 'active',
  source: 'claim',
  tags: ['roof'],
  createdAt: 0,
}
const other: Device = { ...device, id: 'd_two', name: 'two', tags: [] }

const key = (role: Role, grants?: string[]): Principal => ({ type: 'key', id: 'k_1', label: 'a key', role, grants })

const person = (role: Role, grants?: string[]): Principal => ({
  type: 'person',
  id: 'p_1',
  label: 'Mina',
  role,
  grants,
})
/** Whether an action is about one's own account, which keys and the host do not have. */
const isPersonal = (action: string): boolean => action.startsWith('self.')

/**
 * The expected rights, independent of the code: of a viewer, an operator, an owner, and an owner whose grants name the
 * device.
 */
const table: Record<Action, [viewer: boolean, operator: boolean, owner: boolean, grantedOwner: boolean]> = {
  'public.health': [true, true, true, true],
  'public.tokens': [true, true, true, true],
  'public.page': [true, true, true, true],
  'public.enter': [true, true, true, true],
  'public.board': [true, true, true, true],
  'self.account': [true, true, true, true],
  'self.dashboard': [true, true, true, true],
  'api.read': [true, true, true, true],
  'device.list': [true, true, true, true],
  'device.read': [true, true, true, true],
  'device.watch': [true, true, true, true],
  'device.journal': [true, true, true, true],
  'device.steer': [false, true, true, true],
  'device.approve': [false, true, true, true],
  'device.edit': [false, true, true, false],
  'device.create': [false, false, true, false],
  'device.block': [false, true, true, true],
  'device.restore': [false, false, true, true],
  'device.remove': [false, false, true, true],
  'device.token': [false, false, true, true],
  'journal.read': [true, true, true, true],
  'enrolment.read': [false, true, true, false],
  'enrolment.change': [false, false, true, false],
  'key.manage': [false, false, true, false],
  'metrics.read': [true, true, true, false],
  'people.manage': [false, false, true, false],
  'gateway.about': [true, true, true, true],
  'gateway.admin': [false, false, true, false],
  'owner.reset': [false, false, false, false],
}
const rows = Object.entries(table) as [Action, (typeof table)[Action]][]

describe('the access table', () => {
  it('has a row here for each of its own', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(actions).sort())
  })

  it.each(rows)('%s: each role as written', (action, [viewer, operator, owner, grantedOwner]) => {
    const asked = (principal: Principal) => authorize(principal, action, device)
    for (const who of [person, ...(isPersonal(action) ? [] : [key])]) {
      expect(roles.map(role => asked(who(role)))).toEqual([viewer, operator, owner])
      expect(asked(who('owner', ['d_one']))).toBe(grantedOwner)
      expect(asked(who('owner', ['#roof']))).toBe(grantedOwner)
    }
  })

  it.each(rows.filter(([action]) => isPersonal(action)))('%s: nobody but people', action => {
    for (const principal of [{ type: 'host' }, key('owner')] as Principal[])
      expect(authorize(principal, action, device)).toBe(false)
  })

  it.each(rows.filter(([action]) => !isPersonal(action)))(
    '%s: the host always, the public and boards only what is public',
    action => {
      const isPublic = actions[action] === 'public'
      expect(authorize({ type: 'host' }, action, device)).toBe(true)
      expect(authorize({ type: 'public' }, action, device)).toBe(isPublic)
      expect(authorize({ type: 'board', deviceId: 'd_one' }, action, device)).toBe(isPublic)
    },
  )

  it.each(rows)('%s: nothing about a device beyond the grants', action => {
    const isPublic = actions[action] === 'public'
    for (const role of roles) {
      for (const grants of [[], ['d_one'], ['#roof'], ['two'], ['#'], ['roof'], ['d_']])
        expect(authorize(key(role, grants), action, other), `${role} with ${grants}`).toBe(isPublic)
    }
  })

  it('denies what it does not list', () => {
    for (const unlisted of ['device.explode', 'toString', ''] as string[] as Action[]) {
      for (const principal of [{ type: 'public' }, { type: 'host' }, key('viewer'), key('owner')] as Principal[])
        expect(authorize(principal, unlisted, device), unlisted).toBe(false)
    }
  })
})

describe('reach', () => {
  it('is everything without grants, by id and by tag with them, and itself for a board', () => {
    expect(reaches(key('viewer'), device)).toBe(true)
    expect(reaches({ type: 'host' }, device)).toBe(true)
    expect(reaches({ type: 'public' }, device)).toBe(false)
    expect(reaches({ type: 'board', deviceId: 'd_one' }, device)).toBe(true)
    expect(reaches({ type: 'board', deviceId: 'd_two' }, device)).toBe(false)
    expect(reaches(key('viewer', ['#roof', 'd_two']), device)).toBe(true)
    expect(reaches(key('viewer', ['#roof', 'd_two']), other)).toBe(true)
  })

  it('of a person’s key with grants is what both reach', () => {
    const theirs = (grants: string[], within: string[]): Principal => ({
      ...{ type: 'key', id: 'k_1', label: 'a key', role: 'viewer' },
      ...{ grants, within },
    })
    expect(reaches(theirs(['#roof', 'd_two'], ['d_one']), device)).toBe(true)
    expect(reaches(theirs(['#roof', 'd_two'], ['d_one']), other)).toBe(false)
    expect(reaches(theirs(['d_two'], ['d_one']), device)).toBe(false)
    expect(reaches(theirs(['d_two'], []), other)).toBe(false)
  })
})

describe('the name of who did it', () => {
  it('is never a secret, and never empty', () => {
    expect(labelOf({ type: 'host' })).toBe('host')
    expect(labelOf({ type: 'public' })).toBe('public')
    expect(labelOf({ type: 'board', deviceId: 'd_one' })).toBe('board d_one')
    expect(labelOf(key('owner'))).toBe('key a key')
    expect(labelOf({ type: 'key', id: 'k_1', label: '', role: 'owner' })).toBe('key k_1')
    expect(labelOf({ type: 'person', id: 'p_1', label: 'Mina', role: 'owner' })).toBe('Mina')
  })
})
