import type { Tier } from './grant.ts'
import type { ContextRow } from './history-context.ts'
import type { LookAlike } from './look-alike.ts'
import type { Histogram } from './rhythm.ts'

/** How a person or a whole feed gives roles; counts reach no further back than LOOK_BACK_ROWS. */
export interface Behaviour {
  readonly grants: number
  readonly acts: number
  /** Acts by hour and by day, on the actor's clock. */
  readonly byHour: Histogram
  readonly byDay: Histogram
  /** Grants with a ticket or a written reason; with a ticket. */
  readonly justified: number
  readonly ticketed: number
}

/** The first time that somebody is seen with this much power: a role stronger than any they held or gave before. */
export interface Rise {
  readonly at: number
  readonly tier: Tier
  readonly from: string | null
}

/** How well something of a grant is known of its grantor's learned grants. */
export interface Familiarity {
  /** Grants that state such a thing; those that state the same; how many different ones there are. */
  readonly known: number
  readonly same: number
  readonly different: number
}

export interface GrantorFacts extends Behaviour {
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** Grants that count though nothing may be learned from them yet: all but those that nobody vouches for. */
  readonly known: number
  readonly byTier: Readonly<Record<Tier, number>>
  /** Earlier grants of roles of the same kind, such as `team` in `team:infra`. */
  readonly sameRoleKind: number
  /** Grants in the hour before this one, other than those of its act. */
  readonly grantsInHour: number
  /** Their acts by hour in the two months before this one, learned or not. */
  readonly latelyByHour: Histogram
  /** Grants of this very role, to anybody, in the day before this act. */
  readonly sameRoleInDay: number
  readonly failuresInHour: number
  /** Of their earlier acts, those after which at least as many grants lay within an hour as calls do after this one. */
  readonly actsAsBusy: number
  /** When they themselves last received a role, by somebody else's hand and not by activating it. */
  readonly receivedAt: number | null
  /** Null where the grant itself does not state it. */
  readonly familiar: Readonly<Record<'ip' | 'country' | 'asn' | 'mechanism', Familiarity | null>>
  /** The newest within a month; within a day. */
  readonly rise: Rise | null
  readonly riseInDay: Rise | null
}

export interface GranteeFacts {
  readonly grants: number
  readonly grantsInFeed: number
  /** The strongest tier ever given, or null when nothing was. */
  readonly strongestTier: Tier | null
  readonly lastSeenAt: number | null
  /** As far back as anything is looked at; null when nothing came before. */
  readonly firstSeenAt: number | null
  /** Different roles and scopes given in the day before this act. */
  readonly rolesInDay: number
  /** The same role and scope in the same feed. */
  readonly sameRole: {
    readonly givenAt: number | null
    readonly takenAt: number | null
    readonly takenBy: string | null
  }
  /** When the same role was taken away soon after this very grant, if that is known by now. */
  readonly goneAt: number | null
  /** What the grantee was given in the month before this act. */
  readonly lately: {
    readonly acts: number
    readonly actsInHour: number
    readonly grantors: number
    /** Acts of this grantor, by hour. */
    readonly byHour: Histogram
  }
  /** Somebody known whose name a newcomer's name resembles. */
  readonly lookAlike: LookAlike | null
  /** Who last made the grantee eligible for this role and scope; null when no such record is known. */
  readonly eligibility: { readonly at: number; readonly by: string | null } | null
}

/** What the ledger says about the past of one grant: facts, not yet evidence. Strictly earlier events only. */
export interface HistoryFacts {
  readonly feed: Behaviour & {
    /** Earliest event of the feed; null when this is the first. */
    readonly firstAt: number | null
  }
  readonly grantor: GrantorFacts | null
  readonly grantee: GranteeFacts
  readonly pair: { readonly grants: number; readonly lastAt: number | null } | null
  readonly role: {
    readonly grants: number
    readonly lastAt: number | null
    /** Grants to such a grantee: a person, or what is none. */
    readonly sameKind: number
  }
  /** The act that this grant is part of, itself included. */
  readonly act: {
    readonly grants: number
    readonly rolesForGrantee: number
    /** Of the grantee's roles in this act and the day before it, those that the grantor never gave until then. */
    readonly rolesNewForGrantor: number
    /** Of the grantee's other roles then, those that nobody lately seen holds together with this one. */
    readonly rolesUnrelated: number
  }
  /** What happened around it, oldest first: up to a day before (a week for new accounts) and an hour after. */
  readonly context: readonly ContextRow[]
  /** Reviewers' last word on earlier grants of this role and scope to this person. */
  readonly outcome: { readonly approvedAt: number | null; readonly revokedAt: number | null }
}
