import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foreignness } from '../../../src/sandbox/loopback.ts'

const served: readonly Record<string, string>[] = [
  { host: '127.0.0.1:3000' },
  { host: 'localhost:3000' },
  { host: '[::1]:3000' },
  { host: 'LOCALHOST' },
  { host: 'localhost:3000', origin: 'http://localhost:3000' },
]
const refused: readonly Record<string, string>[] = [
  {},
  { host: 'evil.example' },
  { host: 'evil.example:3000' },
  { host: '127.0.0.1.evil.example:3000' },
  { host: 'localhost:3000@evil.example' },
  { host: '192.0.2.7:3000' },
  { host: 'localhost:3000', origin: 'http://evil.example' },
  { host: 'localhost:3000', origin: 'http://localhost:4000' },
  { host: 'localhost:3000', origin: 'https://localhost:3000' },
  { host: 'localhost:3000', origin: 'null' },
  { host: 'localhost:3000', origin: '' },
]

for (const headers of served)
  test(`a request with ${JSON.stringify(headers)} is served`, () => {
    assert.equal(foreignness(headers), undefined)
  })

for (const headers of refused)
  test(`a request with ${JSON.stringify(headers)} is foreign`, () => {
    assert.match(foreignness(headers) ?? '', /^The sandbox answers/)
  })
