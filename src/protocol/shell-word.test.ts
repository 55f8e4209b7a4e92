import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shellWord } from './shell-word.ts'

describe('a word of a command that is printed for copying', () => {
  it.each(['./data', '/srv/darvaza', '/خانه/داده', 'http://127.0.0.1:3000', 'd_7ynq2cwxkd4m'])('stays %s', value => {
    expect(shellWord(value)).toBe(value)
  })

  it.each([
    '/my data',
    "it's",
    '/a"b',
    '$HOME',
    '`id`',
    'a;b',
    '*',
    '~/data',
    '=ls',
    'http://[::1]:3000',
    'a\\b',
    '/نیم‌فاصله',
    '',
  ])('reaches a program as %j', value => {
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellWord(value)}`], { encoding: 'utf8' })
    expect(stdout).toBe(value)
  })
})
