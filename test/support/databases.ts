import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Client } from 'pg'
import { openStore, type Store } from '../../src/store/database.ts'

/** Where a Postgres for tests may answer, in the order in which they are tried. */
const CANDIDATES = ['postgres://root@127.0.0.1:5432/test', 'postgres://postgres@127.0.0.1:5432/test'] as const
const CONNECT_TIMEOUT_MS = 2_000

export interface TestDatabase {
  /** Opens a connection of its own to the suite's database, as another instance of the app would; closed afterwards. */
  open(): Promise<Store>
  readonly url: string
}

/** Runs a suite on SQLite and on Postgres, each on a database of its own that is dropped afterwards. */
export function eachEngine(name: string, define: (database: TestDatabase) => void): void {
  describe(`${name} (SQLite)`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
    define(testDatabase(`sqlite:${join(folder, 'store.db')}`, async () =>
      rmSync(folder, { recursive: true }),
    ))
  })
  describe(`${name} (Postgres)`, () => {
    if (server !== null) {
      const { url } = server
      const schema = `suite_${randomBytes(8).toString('hex')}`
      const own = new URL(url)
      own.searchParams.set('schema', schema)
      define(testDatabase(own.href, () => runOn(url, `drop schema if exists ${schema} cascade`)))
    } else if (process.env['CI'] === 'true') {
      test('a Postgres answers', () => {
        throw new Error('No Postgres answers: set TEST_DATABASE_URL.')
      })
    } else test('on Postgres', { skip: 'no Postgres answers: set TEST_DATABASE_URL' }, () => undefined)
  })
}

function testDatabase(url: string, drop: () => Promise<void>): TestDatabase {
  const opened: Store[] = []
  after(async () => {
    for (const store of opened) await store.close()
    await drop()
  })
  return {
    url,
    async open() {
      const store = await openStore(url)
      opened.push(store)
      return store
    },
  }
}

/** One statement on a connection of its own, past the store: what an operator or another program would do. */
export async function runOn(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function findServer(): Promise<{ readonly url: string } | null> {
  const named = process.env['TEST_DATABASE_URL']
  for (const url of named === undefined ? CANDIDATES : [named])
    if (
      await runOn(url, 'select 1').then(
        () => true,
        () => false,
      )
    )
      return { url }
  return null
}

const server = await findServer()

/** The address of a Postgres for tests; null when none answers. */
export const postgresUrl: string | null = server?.url ?? null
