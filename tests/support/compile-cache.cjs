// Every process and thread of the tests uses the compile cache of bin/darvaza, whatever its environment variables are.
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')

enableCompileCache(join(__dirname, '../../node_modules/.cache/darvaza'))
