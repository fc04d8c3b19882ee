import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lookAlikeAmong } from '../../src/domain/look-alike.ts'

const among = (name: string, ...holders: readonly string[]) => lookAlikeAmong(name, { holders, others: [] })

describe('look-alikes', () => {
  for (const [name, why] of [
    ['sofla.keller', 'a letter exchanged'],
    ['sofiakeller', 'a letter left out'],
    ['sofia.kelller', 'a letter too many'],
    ['sofia.keller1', 'a digit put on'],
    ['sofai.keller', 'two neighbours swapped'],
    ['sоfiа.kеllеr', 'letters of another alphabet'],
    ['SOFLA.keller@northwind.example', 'an address, in capitals'],
    ['sofia.keller@northwlnd.example', 'the same handle in a domain that resembles ours'],
  ] as const)
    test(`${why} makes a name resemble another`, () => {
      const known = name.includes('@') ? 'sofia.keller@northwind.example' : 'sofia.keller'
      assert.equal(among(name, known)?.person, known)
    })

  for (const [name, why] of [
    ['sofia.keller', 'the very same name'],
    ['jonas.weber', 'another name'],
    ['sofia.kramer', 'three letters of difference'],
    ['ann', 'a name too short to tell'],
  ] as const)
    test(`${why} resembles nobody`, () => {
      assert.equal(among(name, 'sofia.keller', 'anna'), null)
    })

  test('a digit alone is told from a letter, and a holder of the role goes before others', () => {
    assert.equal(among('person1002', 'person1001')?.by, 'digit')
    const found = lookAlikeAmong('person1002', { holders: ['person1003'], others: ['persona1002'] })
    assert.deepEqual(found, { person: 'persona1002', by: 'letter', holdsRole: false })
  })

  test('a name of any length is compared at once', () => {
    const started = process.hrtime.bigint()
    among('a'.repeat(100_000), ...Array.from({ length: 300 }, () => 'b'.repeat(100_000)))
    assert.ok(process.hrtime.bigint() - started < 500_000_000n)
  })
})
