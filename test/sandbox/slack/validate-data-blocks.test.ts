import {
  button,
  cell,
  image,
  line,
  long,
  many,
  mrkdwn,
  pie,
  richText,
  table,
  testAccepted,
  testRefused,
} from './block-builders.ts'

testAccepted([
  [
    'rich text, pictures and cards at home',
    'home',
    richText,
    image,
    { type: 'card', title: mrkdwn(long(150)), body: mrkdwn(long(200)), actions: many(3, () => button()) },
  ],
  ['a table of 100 by 20', 'message', table(100, 20)],
  [
    'a data table',
    'message',
    { type: 'data_table', caption: 'Grants', rows: [[cell], [cell]], page_size: 10 },
  ],
  ['two charts', 'message', pie([{ label: 'low', value: 3 }]), line()],
])

testRefused([
  ['101 rows', 'message', 'no more than 100 items allowed [json-pointer:/blocks/0/rows]', table(101, 1)],
  ['21 columns', 'message', 'no more than 20 items allowed [json-pointer:/blocks/0/rows/0]', table(1, 21)],
  [
    'rows of different widths',
    'message',
    'all rows must have the same number of cells [json-pointer:/blocks/0/rows]',
    { type: 'table', rows: [[cell], [cell, cell]] },
  ],
  [
    'an empty cell',
    'message',
    'must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]',
    { type: 'table', rows: [[{ type: 'raw_text', text: '' }]] },
  ],
  [
    'a table of more than 10,000 characters',
    'message',
    'must hold no more than 10000 characters [json-pointer:/blocks/0/rows]',
    { type: 'table', rows: [[{ type: 'raw_text', text: long(10_001) }]] },
  ],
  [
    'two tables in a message',
    'message',
    'only_one_table_allowed [json-pointer:/blocks]',
    table(1, 1),
    table(1, 1),
  ],
  [
    'a data table with a header alone',
    'message',
    'no less than 2 items allowed [1 given] [json-pointer:/blocks/0/rows]',
    { type: 'data_table', caption: 'a', rows: [[cell]] },
  ],
  [
    'a chart title of 51 characters',
    'message',
    'must be less than 51 characters [json-pointer:/blocks/0/title]',
    pie([{ label: 'a', value: 1 }], long(51)),
  ],
  [
    'a segment of nothing',
    'message',
    'must be a positive number [json-pointer:/blocks/0/chart/segments/0/value]',
    pie([{ label: 'a', value: 0 }]),
  ],
  [
    'thirteen segments',
    'message',
    'no more than 12 items allowed [json-pointer:/blocks/0/chart/segments]',
    pie(many(13, (i) => ({ label: `${i}`, value: 1 }))),
  ],
  [
    'a label of 21 characters',
    'message',
    'must be less than 21 characters [json-pointer:/blocks/0/chart/segments/0/label]',
    pie([{ label: long(21), value: 1 }]),
  ],
  [
    'a series that misses a category',
    'message',
    'every series must have one value for every category [json-pointer:/blocks/0/chart/series]',
    line({ axis_config: { categories: ['Mon', 'Tue'] } }),
  ],
  [
    'three charts in a message',
    'message',
    'no more than 2 data_visualization blocks allowed [json-pointer:/blocks]',
    line(),
    line(),
    line(),
  ],
  [
    'empty text in rich text',
    'message',
    'must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]',
    { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] }] },
  ],
])
