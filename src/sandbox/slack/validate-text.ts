import { boolean, byType, type Check, listOf, matching, objectOf, oneOf, stringOf } from './schema-checks.ts'

// Slack's limits on the small objects that blocks and elements are made of.
const TEXT_MAX = 3000
const OPTION_TEXT_MAX = 75
const OPTION_VALUE_MAX = 75
const PLACEHOLDER_MAX = 150
const CONFIRM_TITLE_MAX = 100
const CONFIRM_TEXT_MAX = 300
const CONFIRM_BUTTON_MAX = 30
const URL_MAX = 3000
const ALT_TEXT_MAX = 2000
export const ID_MAX = 255

export const literal: Check = stringOf()
export const anId: Check = stringOf({ min: 1, max: ID_MAX })

export function plainText(max: number = TEXT_MAX): Check {
  return byType({
    plain_text: objectOf({
      required: { type: literal, text: stringOf({ min: 1, max }) },
      optional: { emoji: boolean },
    }),
  })
}

export function mrkdwn(max: number = TEXT_MAX): Check {
  return byType({
    mrkdwn: objectOf({
      required: { type: literal, text: stringOf({ min: 1, max }) },
      optional: { verbatim: boolean },
    }),
  })
}

export function anyText(max: number = TEXT_MAX): Check {
  return byType({ plain_text: plainText(max), mrkdwn: mrkdwn(max) })
}

export const placeholder: Check = plainText(PLACEHOLDER_MAX)

const webUrl: Check = matching(/^https?:\/\/\S+$/i, 'must provide a valid URL')
export const url: Check = (value, at, faults) => {
  stringOf({ min: 1, max: URL_MAX })(value, at, faults)
  if (typeof value === 'string' && value.length > 0 && value.length <= URL_MAX) webUrl(value, at, faults)
}

export const confirm: Check = objectOf({
  required: { text: anyText(CONFIRM_TEXT_MAX) },
  optional: {
    title: plainText(CONFIRM_TITLE_MAX),
    confirm: plainText(CONFIRM_BUTTON_MAX),
    deny: plainText(CONFIRM_BUTTON_MAX),
    style: oneOf('primary', 'danger'),
  },
})

export function option(text: Check = plainText(OPTION_TEXT_MAX), withUrl = false): Check {
  return objectOf({
    required: { text, value: stringOf({ min: 1, max: OPTION_VALUE_MAX }) },
    optional: { description: anyText(OPTION_TEXT_MAX), ...(withUrl ? { url } : {}) },
  })
}

/** Checkboxes and radio buttons alone may format their options. */
export const formattedOption: Check = option(anyText(OPTION_TEXT_MAX))

export const optionGroup: Check = objectOf({
  required: { label: plainText(OPTION_TEXT_MAX), options: listOf(option(), { min: 1, max: 100 }) },
})

const slackFile: Check = objectOf({
  optional: { id: stringOf({ min: 1, max: ID_MAX }), url },
  rules: [
    (file) =>
      file['id'] === undefined && file['url'] === undefined ? 'must define `id` or `url`' : undefined,
  ],
})

/** The fields that the image block and the image element share. */
export const imageFields = {
  required: { type: literal, alt_text: stringOf({ min: 1, max: ALT_TEXT_MAX }) },
  optional: { image_url: url, slack_file: slackFile },
  rules: [
    (image: Readonly<Record<string, unknown>>) =>
      (image['image_url'] === undefined) === (image['slack_file'] === undefined)
        ? 'must define either `image_url` or `slack_file`'
        : undefined,
  ],
} as const

export const imageElement: Check = byType({ image: objectOf(imageFields) })
