import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Named documents in the order they were first put; a second put keeps the place. */
export interface Collection<T> {
  get(id: string): T | undefined
  put(id: string, value: T): void
  delete(id: string): void
  all(): T[]
  count(): number
}

export interface Disk {
  collection<T>(name: string): Collection<T>
  /** All puts made inside become durable together. */
  batch(work: () => void): void
  close(): void
}

/**
 * Keeps the world's state in one SQLite file, so that the world can be stopped and started like the app.
 * Losing the last moment at a power cut is acceptable for sample data: synchronous is off.
 */
export function openDisk(directory: string): Disk {
  mkdirSync(directory, { recursive: true })
  const database = new DatabaseSync(join(directory, 'world.db'))
  database.exec('pragma journal_mode = wal; pragma synchronous = off')
  database.exec(
    'create table if not exists documents (position integer primary key, collection text not null, id text not null, body text not null, unique (collection, id))',
  )
  const put = database.prepare(
    'insert into documents (collection, id, body) values (?, ?, ?) on conflict (collection, id) do update set body = excluded.body',
  )
  const get = database.prepare('select body from documents where collection = ? and id = ?')
  const all = database.prepare('select body from documents where collection = ? order by position')
  const remove = database.prepare('delete from documents where collection = ? and id = ?')
  const count = database.prepare('select count(*) as n from documents where collection = ?')
  const parse = <T>(row: Record<string, unknown> | undefined): T | undefined =>
    row === undefined ? undefined : (JSON.parse(String(row['body'])) as T)

  return {
    collection<T>(name: string): Collection<T> {
      return {
        get: (id) => parse<T>(get.get(name, id)),
        put: (id, value) => void put.run(name, id, JSON.stringify(value)),
        delete: (id) => void remove.run(name, id),
        all: () => all.all(name).map((row) => JSON.parse(String(row['body'])) as T),
        count: () => Number(count.get(name)?.['n'] ?? 0),
      }
    },
    batch(work) {
      database.exec('begin immediate')
      try {
        work()
        database.exec('commit')
      } catch (error) {
        database.exec('rollback')
        throw error
      }
    },
    close: () => database.close(),
  }
}
