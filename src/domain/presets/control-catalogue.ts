import type { Role } from '../grant.ts'

/** Controls whose weakening people are asked about, under the same ids in every source. */
const NAMES = {
  'two-factor-requirement': 'Two-factor requirement switched off',
  'single-sign-on': 'Single sign-on switched off or weakened',
  'privileged-access-rules': 'Rules for privileged access weakened',
  'privilege-alerts': 'Alerts on privileged access switched off',
  'permissions-boundary': 'Permissions boundary removed',
  'audit-log': 'Audit log switched off or narrowed',
} as const

export type ControlId = keyof typeof NAMES
export const CONTROL_IDS = Object.keys(NAMES) as readonly ControlId[]

/** The role that stands for a weakened control. */
export function weakenedControl(id: ControlId, scope: string): Role {
  return { id, name: NAMES[id], tier: 'T0', scope }
}
