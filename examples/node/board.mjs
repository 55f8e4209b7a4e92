// A board in JavaScript that needs no packages. It pretends to have two servos.
//
//   node board.mjs http://192.168.1.10:3000        (Node 22 or newer)
//
// The WebSocket of Node, like that of browsers, cannot set headers. So the token is sent as a subprotocol:
// we offer "darvaza.bearer" and the token, and the gateway answers with "darvaza.bearer" only.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const gateway = (process.argv[2] ?? 'http://127.0.0.1:3000').replace(/\/$/, '')
const tokenFile = process.argv[3] ?? 'token.txt'

/** Our token: the kept one, or a new one from the gateway. It is this board's secret, so it is never printed. */
async function ownToken() {
  if (!existsSync(tokenFile)) {
    const answer = await fetch(`${gateway}/public/tokens`)
    if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`)
    writeFileSync(tokenFile, (await answer.json()).pico_tokens[0], { mode: 0o600 })
  }
  return readFileSync(tokenFile, 'utf8').trim()
}

/** One connection, from its start to its end. Resolves with true if the gateway accepted us. */
function talk(token) {
  const line = new WebSocket(`${gateway.replace('http', 'ws')}/ws/pico`, ['darvaza.bearer', token])
  const say = message => line.send(JSON.stringify(message))
  let admitted = false

  line.onopen = () => say({ type: 'connect', device: 'pico', version: 'example' })
  line.onmessage = ({ data }) => {
    const message = JSON.parse(data)
    switch (message.type) {
      case 'connection_ack':
        if (!admitted) console.log('connected; a new board waits for its owner’s approval')
        admitted = true
        break
      case 'ping':
        say({ type: 'pong' })
        break
      case 'servo':
      case 'servo_smooth':
        console.log('moving to', message.command) // turn real servos here
        say({ type: 'ack', command_type: message.type, status: 'success', detail: message.command })
        break
      case 'action':
        console.log('action:', message.command)
        say({ type: 'ack', command_type: 'action', status: 'success' })
        break
      // All other messages get no answer, on purpose.
    }
  }
  return new Promise(resolve => {
    line.onerror = () => {} // onclose always follows
    line.onclose = ({ code, reason }) => {
      console.log('line closed:', code, reason)
      resolve(admitted)
    }
  })
}

for (let wait = 1; ; wait = Math.min(wait * 2, 60)) {
  try {
    if (await talk(await ownToken())) wait = 1
  } catch (error) {
    console.log('no line:', error.message)
  }
  const seconds = wait * (0.5 + Math.random() / 2) // random, so that boards do not reconnect all at once
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
}
