import type { Policy } from '../domain/policy.ts'
import type { Directory } from '../ports.ts'

/** Ids of all people behind a list of user and user group ids. */
export async function rosterOf(
  directory: Pick<Directory, 'groupMembers'>,
  tenantId: string,
  members: readonly string[],
): Promise<ReadonlySet<string>> {
  const roster = new Set(members.filter((id) => !id.startsWith('S')))
  for (const groupId of members.filter((id) => id.startsWith('S')))
    for (const id of await directory.groupMembers(tenantId, groupId)) roster.add(id)
  return roster
}

/** Only reviewers decide; a policy admin who should decide is named a reviewer as well. */
export async function reviewersOf(
  directory: Pick<Directory, 'groupMembers'>,
  tenantId: string,
  { people }: Policy,
): Promise<ReadonlySet<string>> {
  return await rosterOf(directory, tenantId, people.reviewers)
}
