import { githubPreset } from '../../../src/domain/presets/github.ts'
import { plainPreset } from '../../../src/domain/presets/plain.ts'
import { provePreset } from './proof.ts'

provePreset(githubPreset, [
  {
    '@timestamp': 1_790_000_000_000,
    _document_id: 'd',
    action: 'org.add_member',
    permission: 'admin',
    actor: 'bob',
    org: 'northwind',
    user: 'alice',
  },
])
provePreset(plainPreset, [
  {
    id: 'e-1',
    time: '2026-03-01T00:00:00Z',
    kind: 'grant',
    grantee: { id: 'u-1', email: 'a@northwind.example' },
    grantor: 'bob',
    role: 'admin',
  },
])
