import { expect, test } from 'vitest';
import { csvLayout } from '../src/import/csv-layout.ts';

const fits = (first: readonly string[]): boolean => first.includes('phone') && first.includes('text');

test.each([
  ['phone,text\n1,a;b;c;d\n', null, false, { delimiter: ',', skip: 0 }],
  ['phone;text, long;text\n', null, false, { delimiter: ';', skip: 0 }],
  ['phone\ttext\n', null, true, { delimiter: '\t', skip: 0 }],
  ['phone,text\n', null, true, { delimiter: ',', skip: 0 }],
  ['phone|text\n', null, false, { delimiter: '|', skip: 0 }],
  ['sep=;\r\nphone,x;text\r\n', null, false, { delimiter: ';', skip: 7 }],
  ['"sep=\t"\nphone\ttext\n', null, false, { delimiter: '\t', skip: 8 }],
  ['sep=;\nphone,text\n', ',', false, { delimiter: ',', skip: 6 }],
  ['a;b;c,d\n', null, false, { delimiter: ';', skip: 0 }],
  ['"never closed;text\n', null, false, { delimiter: ',', skip: 0 }],
] as const)('of %j, said %j, it is %j', (head, said, isTabFirst, layout) => {
  expect(csvLayout(head, said, isTabFirst, fits)).toEqual(layout);
});
