import type { Kysely } from 'kysely'
import type { Click, Clicks } from '../ports.ts'
import type { Schema } from './schema.ts'

export function createClicks(db: Kysely<Schema>): Clicks {
  return {
    add: async (click) => {
      const added = await db
        .insertInto('clicks')
        .values({
          tenant_id: click.tenantId,
          id: click.id,
          kind: click.kind,
          action: click.action,
          grant_id: click.grantId,
          reason: click.reason,
          slack_user_id: click.slackUserId,
          channel: click.channel,
          message_ts: click.messageTs,
          received_at: click.receivedAt,
          finished_at: null,
          outcome: null,
        })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
        .returning('id')
        .execute()
      return added.length === 1
    },
    unfinished: async (tenantId, limit) => {
      const rows = await db
        .selectFrom('clicks')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('finished_at', 'is', null)
        .orderBy('received_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(
        (row): Click => ({
          id: row.id,
          tenantId: row.tenant_id,
          kind: row.kind,
          action: row.action,
          grantId: row.grant_id,
          reason: row.reason,
          slackUserId: row.slack_user_id,
          channel: row.channel,
          messageTs: row.message_ts,
          receivedAt: row.received_at,
        }),
      )
    },
    finish: async (tenantId, id, outcome, at) => {
      await db
        .updateTable('clicks')
        .set({ finished_at: at, outcome })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .execute()
    },
  }
}
