// The folder that bin/darvaza names too, for every process and thread of the tests, whatever its environment.
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')

enableCompileCache(join(__dirname, '../../node_modules/.cache/darvaza'))
