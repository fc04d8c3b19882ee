import { z } from 'zod'

const TEXT_MAX = 12_000
const id = z.string().min(1).max(255)
const chosen = z.union([z.string(), z.number(), z.null(), z.array(z.string()).max(100)])

export const act = z.discriminatedUnion('type', [
  z.strictObject({
    user: id,
    type: z.literal('button'),
    messageTs: id.optional(),
    viewId: id.optional(),
    channel: id.optional(),
    blockId: id.optional(),
    actionId: id,
    value: chosen.optional(),
    /** What the form around the button holds at that moment. */
    values: z.record(z.string(), z.unknown()).optional(),
  }),
  z.strictObject({
    user: id,
    type: z.literal('command'),
    text: z.string().min(1).max(TEXT_MAX),
    channel: id.optional(),
  }),
  z.strictObject({
    user: id,
    type: z.literal('message'),
    channel: id,
    text: z.string().min(1).max(TEXT_MAX),
    threadTs: id.optional(),
  }),
  z.strictObject({
    user: id,
    type: z.literal('submit'),
    viewId: id,
    values: z.record(z.string(), z.unknown()).optional(),
  }),
  z.strictObject({ user: id, type: z.literal('close'), viewId: id }),
  z.strictObject({ user: id, type: z.literal('home'), tab: z.enum(['home', 'messages']).optional() }),
  z.strictObject({ user: id, type: z.literal('stop'), channel: id, threadTs: id }),
])

export type Act = z.infer<typeof act>
export type ActOf<T extends Act['type']> = Extract<Act, { type: T }>
