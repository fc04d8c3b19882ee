import { type JsonObject, objectsIn } from './json-object.ts'
import {
  boolean,
  type Check,
  faultsOf,
  objectOf,
  oneOf,
  type SchemaFault,
  stringOf,
} from './schema-checks.ts'
import { type Surface, validateBlocks } from './validate-blocks.ts'
import { ID_MAX, plainText } from './validate-text.ts'

const VIEW_TITLE_MAX = 24
const PRIVATE_METADATA_MAX = 3000
const VIEW_BYTES_MAX = 250_000

// The blocks have their own check, which knows the surface.
const blocks: Check = () => undefined

const shared = {
  private_metadata: stringOf({ max: PRIVATE_METADATA_MAX }),
  callback_id: stringOf({ max: ID_MAX }),
  external_id: stringOf({ max: ID_MAX }),
}

const modal: Check = objectOf({
  required: { type: oneOf('modal'), title: plainText(VIEW_TITLE_MAX), blocks },
  optional: {
    ...shared,
    submit: plainText(VIEW_TITLE_MAX),
    close: plainText(VIEW_TITLE_MAX),
    clear_on_close: boolean,
    notify_on_close: boolean,
  },
  rules: [
    (view) =>
      view['submit'] === undefined && objectsIn(view['blocks']).some((block) => block['type'] === 'input')
        ? { field: 'submit', message: '`submit` is required when an input block is within blocks array' }
        : undefined,
  ],
})

const home: Check = objectOf({ required: { type: oneOf('home'), blocks }, optional: shared })

/** Why Slack would refuse this view, with JSON pointers below `/view`. */
export function validateView(view: JsonObject, surface: Exclude<Surface, 'message'>): SchemaFault[] {
  const outer = faultsOf(surface === 'modal' ? modal : home, view, '/view')
  return view['blocks'] === undefined
    ? outer
    : [...outer, ...validateBlocks(view['blocks'], surface, '/view/blocks')]
}

export function viewTooLarge(view: JsonObject): boolean {
  return Buffer.byteLength(JSON.stringify(view)) > VIEW_BYTES_MAX
}
