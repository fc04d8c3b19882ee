import type { HandlerPorts } from '../boundary.ts'

export const READERS_ONLY = 'Only full members of this workspace can look at reviews.'

/** Guests, strangers and deactivated accounts see nothing of what was granted to whom. */
export async function mayRead(
  ports: Pick<HandlerPorts, 'directory'>,
  who: { readonly tenantId: string; readonly userId: string },
): Promise<boolean> {
  const person = await ports.directory.person(who.tenantId, who.userId)
  return person !== null && !person.guest && !person.stranger && !person.deactivated && !person.bot
}
