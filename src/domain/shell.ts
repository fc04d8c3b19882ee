const PLAIN_WORD = /^[A-Za-z0-9_./:@%][A-Za-z0-9_./:@%,+=-]*$/

/** One word of a POSIX shell command, whatever the text: quoted unless plainly harmless. */
export function shellWord(text: string): string {
  if (PLAIN_WORD.test(text)) return text
  // A line break or other control character could end the command where it is pasted, quoted or not.
  const printable = text.toWellFormed().replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd')
  return `'${printable.replaceAll("'", String.raw`'\''`)}'`
}

/** A path of a web address from its segments, each percent-encoded; null when one would change the path's meaning. */
export function urlPath(segments: readonly string[]): string | null {
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return null
  return segments.map((segment) => `/${encodeURIComponent(segment.toWellFormed())}`).join('')
}
