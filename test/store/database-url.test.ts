import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openStore } from '../../src/store/database.ts'
import { parseDatabaseUrl } from '../../src/store/database-url.ts'

test('a database is named by sqlite: and a path, or by a Postgres address', () => {
  const sqlite = (path: string) => ({ engine: 'sqlite', path })
  assert.deepEqual(parseDatabaseUrl('sqlite:./data/countersign.db'), sqlite('./data/countersign.db'))
  assert.deepEqual(parseDatabaseUrl('sqlite:/var/lib/countersign.db'), sqlite('/var/lib/countersign.db'))
  assert.deepEqual(parseDatabaseUrl('sqlite:///var/lib/c.db'), sqlite('///var/lib/c.db'))
  assert.deepEqual(parseDatabaseUrl('sqlite::memory:'), sqlite(':memory:'))
  for (const url of [
    'postgres://me:pa%3Fss@db.example:5432/app?sslmode=require',
    'postgresql://db.example/app',
  ])
    assert.deepEqual(parseDatabaseUrl(url), { engine: 'postgres', url, schema: null })
  assert.deepEqual(parseDatabaseUrl('postgres://db.example/app?schema=suite_1&sslmode=require'), {
    engine: 'postgres',
    url: 'postgres://db.example/app?sslmode=require',
    schema: 'suite_1',
  })
})

test('a wrong address is answered with what to write, and never repeated', () => {
  const wrong = [
    ['', /begin with sqlite: or postgres:/],
    ['mysql://root:secret@db.example/app', /begin with sqlite: or postgres:/],
    ['./data/secret.db', /begin with sqlite: or postgres:/],
    ['sqlite:', /name a file/],
    ['sqlite:  ', /name a file/],
    ['sqlite://data/secret.db', /without two slashes/],
    ['postgres:secret', /be like postgres:/],
    ['postgres://me:secret@:port/app', /be like postgres:/],
    ['postgres://db.example/app?schema=Secret"; drop', /lower case letters/],
  ] as const
  for (const [url, message] of wrong)
    assert.throws(
      () => parseDatabaseUrl(url),
      (error) => {
        assert(error instanceof Error)
        assert.match(error.message, message, url)
        assert.doesNotMatch(error.message, /secret/i)
        return true
      },
    )
})

test('a file’s folder is made when it is missing, and what was written is there afterwards', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'some', 'where', 'store.db')
  const store = await openStore(`sqlite:${path}`)
  await store.keyValue({ namespace: 'n' }).set('key', 'value')
  await store.close()
  assert(existsSync(path))
  const again = await openStore(`sqlite:${path}`)
  t.after(() => again.close())
  assert.equal(await again.keyValue({ namespace: 'n' }).get('key'), 'value')
})

test('a database from a newer version is refused with a sentence', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'store.db')
  await (await openStore(`sqlite:${path}`)).close()
  const file = new DatabaseSync(path)
  file.exec("insert into kysely_migration values ('9999_later', '2030-01-01T00:00:00.000Z')")
  file.close()
  await assert.rejects(openStore(`sqlite:${path}`), /written by another version of Countersign/)
})
