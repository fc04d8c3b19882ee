import { APP, findChannel, findPerson } from './cast.ts'
import type { JsonObject } from './json-object.ts'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character)
}

/**
 * What somebody typed, as Slack hands it to apps: escaped, with mentions, links and mail addresses as
 * tokens. A typed `<!channel>` stays text; only the token of an existing user or channel is one.
 */
export function deliveredText(typed: string): string {
  const pattern =
    /<@([A-Z0-9]+)>|<#([A-Z0-9]+)>|@Countersign\b|https?:\/\/[^\s<>|]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi
  let delivered = ''
  let end = 0
  for (const found of typed.matchAll(pattern)) {
    delivered += escapeText(typed.slice(end, found.index)) + token(found)
    end = found.index + found[0].length
  }
  return delivered + escapeText(typed.slice(end))
}

function token(found: RegExpExecArray): string {
  const [whole, user, channel] = found
  if (user !== undefined) return user === APP.botUserId || findPerson(user) ? whole : escapeText(whole)
  if (channel !== undefined) return findChannel(channel) ? whole : escapeText(whole)
  if (whole.toLowerCase() === `@${APP.name.toLowerCase()}`) return `<@${APP.botUserId}>`
  if (/^https?:/i.test(whole)) return `<${escapeText(whole)}>`
  return `<mailto:${whole}|${whole}>`
}

/** The rich_text block that Slack's composer makes of a typed message. */
export function typedBlocks(typed: string, blockId: string): JsonObject[] {
  const elements = typed.split(/(<@[A-Z0-9]+>|@Countersign\b)/i).flatMap((part): JsonObject[] => {
    if (part === '') return []
    const user = part.toLowerCase() === '@countersign' ? APP.botUserId : /^<@([A-Z0-9]+)>$/.exec(part)?.[1]
    return user === undefined ? [{ type: 'text', text: part }] : [{ type: 'user', user_id: user }]
  })
  return [{ type: 'rich_text', block_id: blockId, elements: [{ type: 'rich_text_section', elements }] }]
}
