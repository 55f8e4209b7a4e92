// The most used MQTT broker for Node, started as its README shows.
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { peersFolder } from './fetch.ts'

const { Aedes } = createRequire(`${peersFolder}/`)('aedes')
const broker = await Aedes.createBroker()
const server = createServer(broker.handle)
server.listen(0, '127.0.0.1', () => console.log(`listening on ${(server.address() as AddressInfo).port}`))
