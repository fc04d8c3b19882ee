import type { IncomingHttpHeaders } from 'node:http'

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i

/**
 * Why a request is not served, or undefined. A page elsewhere can make a browser send requests to this machine: its
 * name shows in Origin, or in Host where the name was pointed here by DNS.
 */
export function foreignness(headers: IncomingHttpHeaders): string | undefined {
  const { host = '', origin } = headers
  if (!LOOPBACK.test(host))
    return 'The sandbox answers on this machine only; open it as http://127.0.0.1 or http://localhost.'
  if (origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`) return undefined
  return 'The sandbox answers its own page only; call it without an Origin header or from its own page.'
}
