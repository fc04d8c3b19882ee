const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/

export type DatabaseLocation =
  | { readonly engine: 'sqlite'; readonly path: string }
  | {
      readonly engine: 'postgres'
      readonly url: string
      /** Everything happens in this schema, made when missing; null: where the server puts it. */
      readonly schema: string | null
    }

/** Where a `DATABASE_URL` points. Its faults are told without repeating it: it may hold a password. */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  if (url.startsWith('sqlite:')) return sqliteLocation(url.slice('sqlite:'.length))
  if (/^postgres(ql)?:/.test(url)) return postgresLocation(url)
  throw new Error('DATABASE_URL must begin with sqlite: or postgres:, e.g. sqlite:./data/countersign.db.')
}

function sqliteLocation(path: string): DatabaseLocation {
  if (path.trim() === '' || /^\/\/[^/]/.test(path))
    throw new Error(
      'DATABASE_URL must name a file after sqlite:, without two slashes, e.g. sqlite:./data/countersign.db.',
    )
  return { engine: 'sqlite', path }
}

function postgresLocation(text: string): DatabaseLocation {
  const url = URL.parse(text)
  if (url === null || !/^postgres(ql)?:\/\//.test(text))
    throw new Error('DATABASE_URL must be like postgres://user:password@host:5432/database.')
  const schema = url.searchParams.get('schema')
  if (schema === null) return { engine: 'postgres', url: text, schema }
  if (!SCHEMA_NAME.test(schema))
    throw new Error('The schema in DATABASE_URL must be lower case letters, digits and underscores.')
  url.searchParams.delete('schema')
  return { engine: 'postgres', url: url.href, schema }
}
