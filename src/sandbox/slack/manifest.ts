import { z } from 'zod'

const manifest = z.looseObject({
  features: z
    .looseObject({
      app_home: z
        .looseObject({
          home_tab_enabled: z.boolean().optional(),
          messages_tab_enabled: z.boolean().optional(),
          messages_tab_read_only_enabled: z.boolean().optional(),
        })
        .optional(),
      slash_commands: z.array(z.looseObject({ command: z.string() })).optional(),
    })
    .optional(),
  oauth_config: z
    .looseObject({ scopes: z.looseObject({ bot: z.array(z.string()).optional() }).optional() })
    .optional(),
  settings: z
    .looseObject({
      event_subscriptions: z.looseObject({ bot_events: z.array(z.string()).optional() }).optional(),
      interactivity: z.looseObject({ is_enabled: z.boolean() }).optional(),
    })
    .optional(),
})

/** What the local Slack needs to know of a manifest.json. */
export type Manifest = z.infer<typeof manifest>

export function parseManifest(value: unknown): Manifest {
  return manifest.parse(value)
}

export interface AppRights {
  readonly scopes: readonly string[]
  readonly events: readonly string[]
  readonly commands: readonly string[]
  readonly interactive: boolean
  readonly homeTab: boolean
  readonly messagesTab: boolean
}

export function rightsOf(parsed: Manifest): AppRights {
  const home = parsed.features?.app_home
  return {
    scopes: parsed.oauth_config?.scopes?.bot ?? [],
    events: parsed.settings?.event_subscriptions?.bot_events ?? [],
    commands: parsed.features?.slash_commands?.map((one) => one.command) ?? [],
    interactive: parsed.settings?.interactivity?.is_enabled ?? false,
    homeTab: home?.home_tab_enabled ?? false,
    messagesTab: home?.messages_tab_enabled === true && home.messages_tab_read_only_enabled !== true,
  }
}
