import type { Grant } from '../grant.ts'
import { shellWord } from '../shell.ts'
import { directoryRunbook } from './entra-runbook.ts'

/** A PowerShell string: it takes four more characters for an apostrophe, and all are doubled. */
function quoted(text: string): string {
  return `'${text.toWellFormed().replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`
}

function powershell(connect: string, command: string): string {
  return `pwsh -NoProfile -Command ${shellWord(`${connect}; ${command}`)}`
}

const EXCHANGE = 'Connect-ExchangeOnline -ShowBanner:$false'
const PURVIEW = 'Connect-IPPSSession -ShowBanner:$false'
const SHAREPOINT = 'Connect-SPOService -Url $env:SPO_ADMIN_URL'

/** The command that takes a role away where it was given: the directory, Exchange, Purview or SharePoint. */
export function m365Runbook(grant: Grant): string | null {
  if (grant.direction !== 'given') return null
  const { role, grantee } = grant
  const remove = `Remove-RoleGroupMember -Identity ${quoted(role.name)} -Member ${quoted(grantee.id)} -Confirm:$false`
  if (role.id.startsWith('exchange-group:')) return powershell(EXCHANGE, remove)
  if (role.id.startsWith('purview-group:')) return powershell(PURVIEW, remove)
  if (role.id === 'purview-ediscovery-administrator')
    return powershell(PURVIEW, `Remove-eDiscoveryCaseAdmin -User ${quoted(grantee.id)} -Confirm:$false`)
  if (role.id.startsWith('exchange-role:'))
    return powershell(
      EXCHANGE,
      `Get-ManagementRoleAssignment -Role ${quoted(role.name)} -RoleAssignee ${quoted(grantee.id)} -Delegating $false | Remove-ManagementRoleAssignment -Confirm:$false`,
    )
  if (role.id === 'site-collection-administrator')
    return powershell(
      SHAREPOINT,
      `Set-SPOUser -Site ${quoted(role.scope.slice('site:'.length))} -LoginName ${quoted(grantee.id)} -IsSiteCollectionAdmin $false`,
    )
  return directoryRunbook(grant)
}
