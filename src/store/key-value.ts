import assert from 'node:assert/strict'
import { Hookified } from 'hookified'
import {
  Keyv,
  type KeyvStorageAdapter,
  type KeyvStorageCapability,
  type KeyvStorageEntry,
  type KeyvStorageGetResult,
  keyvStorageCapability,
} from 'keyv'
import type { Kysely } from 'kysely'
import { allOrNothing, batches, inBatches } from './batches.ts'
import { storableText } from './connection-rules.ts'
import type { KeyValuesTable, Schema } from './schema.ts'

const COLUMNS = 5
/** Rows that one sweep deletes at most; the next one goes on. */
const SWEEP_MAX = 5_000

/** What keys belong to: a use, and a tenant unless they are needed before any tenant is known. */
export interface KeyScope {
  readonly namespace: string
  readonly tenantId?: string
}

/** Keyv on the store, with what Keyv lacks. It has no `error` listener: what fails rejects. */
export class KeyValues extends Keyv {
  readonly #adapter: KeyValueAdapter

  constructor(adapter: KeyValueAdapter) {
    super({ store: adapter })
    this.#adapter = adapter
  }

  /** Sets the key unless it is there and has not expired: of several that try at once, one gets true. */
  async add(key: string, value: unknown, ttlMs: number): Promise<boolean> {
    const expires = Date.now() + ttlMs
    return await this.#adapter.add(key, await this.encode({ value, expires }), expires)
  }
}

/** Keyv's storage on the table `key_values`. Values arrive encoded, expiry as a moment on Keyv's clock, the system's. */
export class KeyValueAdapter extends Hookified implements KeyvStorageAdapter {
  namespace: string | undefined
  readonly #db: Kysely<Schema>
  readonly #tenantId: string

  constructor(db: Kysely<Schema>, scope: KeyScope) {
    super()
    this.#db = db
    this.#tenantId = scope.tenantId ?? ''
    this.namespace = scope.namespace
  }

  get capabilities(): KeyvStorageCapability {
    return keyvStorageCapability(this)
  }

  async get<Value>(key: string): Promise<KeyvStorageGetResult<Value>> {
    return (await this.#values([key])).get(storableText(key))
  }

  async getMany<Value>(keys: string[]): Promise<KeyvStorageGetResult<Value | undefined>[]> {
    const values = await this.#values(keys)
    return keys.map((key) => values.get(storableText(key)))
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return (await this.getMany(keys)).map((value) => value !== undefined)
  }

  async set(key: string, value: unknown, expires?: number): Promise<boolean> {
    await this.#write([this.#row(key, value, expires)])
    return true
  }

  async setMany<Value>(entries: KeyvStorageEntry<Value>[]): Promise<boolean[]> {
    const rows = entries.map((entry) => this.#row(entry.key, entry.value, entry.expires))
    // Postgres refuses to write a row twice in one statement: of several entries for a key the last counts.
    await this.#write([...new Map(rows.map((row) => [row.key, row])).values()])
    return entries.map(() => true)
  }

  /** One statement: inserts the key, or takes the place of one that has expired. */
  async add(key: string, value: unknown, expires: number): Promise<boolean> {
    const row = this.#row(key, value, expires)
    const added = await this.#db
      .insertInto('key_values')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'namespace', 'key'])
          .doUpdateSet({ value: row.value, expires: row.expires })
          .where('key_values.expires', '<=', Date.now()),
      )
      .returning('key')
      .execute()
    return added.length === 1
  }

  async delete(key: string): Promise<boolean> {
    return (await this.deleteMany([key]))[0] ?? false
  }

  async deleteMany(keys: string[]): Promise<boolean[]> {
    const rows = await allOrNothing(this.#db, (db) =>
      inBatches(keys, (batch) =>
        db
          .deleteFrom('key_values')
          .where('tenant_id', '=', this.#tenantId)
          .where('namespace', '=', this.namespace ?? '')
          .where('key', 'in', batch)
          .returning('key')
          .execute(),
      ),
    )
    const deleted = new Set(rows.map((row) => row.key))
    return keys.map((key) => deleted.has(storableText(key)))
  }

  async clear(): Promise<void> {
    await this.#db
      .deleteFrom('key_values')
      .where('tenant_id', '=', this.#tenantId)
      .where('namespace', '=', this.namespace ?? '')
      .execute()
  }

  async #values(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await inBatches(keys, (batch) =>
      this.#db
        .selectFrom('key_values')
        .select(['key', 'value'])
        .where('tenant_id', '=', this.#tenantId)
        .where('namespace', '=', this.namespace ?? '')
        .where('key', 'in', batch)
        .where((where) => where.or([where('expires', 'is', null), where('expires', '>', Date.now())]))
        .execute(),
    )
    return new Map(rows.map((row) => [row.key, row.value]))
  }

  #row(key: string, value: unknown, expires: number | undefined): KeyValuesTable {
    assert(typeof value === 'string', 'Keyv must serialise values: they are kept as text.')
    return {
      tenant_id: this.#tenantId,
      namespace: this.namespace ?? '',
      key: storableText(key),
      value,
      expires: expires === undefined ? null : Math.ceil(expires),
    }
  }

  async #write(rows: readonly KeyValuesTable[]): Promise<void> {
    await allOrNothing(this.#db, async (db) => {
      for (const batch of batches(rows, COLUMNS))
        await db
          .insertInto('key_values')
          .values(batch)
          .onConflict((conflict) =>
            conflict.columns(['tenant_id', 'namespace', 'key']).doUpdateSet((row) => ({
              value: row.ref('excluded.value'),
              expires: row.ref('excluded.expires'),
            })),
          )
          .execute()
    })
  }
}

/** Deletes keys that have expired, of all scopes, a bounded number at a time; answers with how many. */
export async function sweepExpired(db: Kysely<Schema>): Promise<number> {
  const expired = db
    .selectFrom('key_values')
    .select(['tenant_id', 'namespace', 'key'])
    .where('expires', '<=', Date.now())
    .orderBy('expires')
    .limit(SWEEP_MAX)
  const deleted = await db
    .deleteFrom('key_values')
    .where(({ eb, refTuple }) =>
      eb(refTuple('tenant_id', 'namespace', 'key'), 'in', expired.$asTuple('tenant_id', 'namespace', 'key')),
    )
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}
