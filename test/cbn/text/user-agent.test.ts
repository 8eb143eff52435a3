import { parseUserAgent } from '../../../cbn/text/user-agent';

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.1.2 Safari/537.36',
    {
      family: 'APPLEWEBKIT',
      sub_family: 'AppleWebKit',
      platform: 'Windows',
      os: 'Windows NT 10.0',
      os_variant: 'Win64',
      device: 'x64',
      browser: 'Chrome',
      browser_version: '99.0.1.2',
      browser_engine_version: '537.36',
      annotation: [
        { key: 'Chrome', value: 'Chrome/99.0.1.2' },
        { key: 'SafariType', value: 'Safari/537.36' },
        { key: 'OS_NAME', value: 'Windows NT' },
        { key: 'OS_VERSION', value: '10.0' },
        { key: 'misc', value: 'x64' },
      ],
    },
  ],
  [
    'Mozilla/5.0 (Linux; U; Android 7.1; de-de; Pixel Build/ABC) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/9.1 Mobile Safari/537.36',
    {
      family: 'APPLEWEBKIT',
      sub_family: 'AppleWebKit',
      platform: 'Linux',
      os: 'Android 7.1',
      os_variant: 'ABC',
      device: 'Pixel',
      locale: 'de-de',
      security: 'U',
      browser: 'Chrome',
      browser_version: '9.1',
      browser_engine_version: '537.36',
      annotation: [
        { key: 'Chrome', value: 'Chrome/9.1' },
        { key: 'SafariType', value: 'Mobile Safari/537.36' },
        { key: 'OS_NAME', value: 'Android' },
        { key: 'OS_VERSION', value: '7.1' },
        { key: 'misc', value: 'Pixel Build/ABC' },
      ],
    },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1',
    {
      family: 'APPLEWEBKIT',
      sub_family: 'AppleWebKit',
      platform: 'iPhone',
      os: 'CPU iPhone OS 16_1 like Mac OS X',
      browser: 'Safari',
      browser_version: '16.1',
      browser_engine_version: '605.1.15',
      annotation: [
        { key: 'SafariType', value: 'Safari/604.1' },
        { key: 'Mobile', value: 'Mobile/15E148' },
        { key: 'OS_NAME', value: 'CPU iPhone OS 16_1 like Mac OS X' },
      ],
    },
  ],
  [
    'Mozilla/5.0 (Abc; Def 1_2) AppleWebKit/600.1 (none) Version/9.1 Xyz/600.1',
    {
      family: 'APPLEWEBKIT',
      sub_family: 'applewebkit',
      platform: 'Abc',
      os: 'Def 1_2',
      browser_engine_version: '600.1',
      annotation: [
        { key: 'Rest', value: 'Xyz/600.1' },
        { key: 'OS_NAME', value: 'Def 1_2' },
      ],
    },
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0',
    {
      family: 'GECKO',
      sub_family: 'Gecko',
      platform: 'X11',
      os: 'Linux x86_64',
      browser: 'Firefox',
      browser_version: '115.0',
      browser_engine_version: '109.0',
      annotation: [{ key: 'OS_NAME', value: 'Linux x86_64' }],
    },
  ],
  ['okhttp/3.3.3', { family: 'USER_DEFINED', device: 'okhttp', device_version: '3.3.3' }],
  ['curl/7.68.0 (x86_64)', { family: 'USER_DEFINED', device: 'curl', device_version: '7.68.0' }],
  ['Mozilla/5.0 (X11; Linux x86_64) Abc/1.0', { family: 'USER_DEFINED' }],
  ['my agent', { family: 'USER_DEFINED', device: 'my agent' }],
  ['', undefined],
  ['  ', undefined],
  ['a'.repeat(4097), undefined],
])('%s', (text, expected) => {
  expect(parseUserAgent(text)).toEqual(expected);
});

test('types, when they are asked for, of a system that is known and its browser', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.1.2 Safari/537.36';
  expect(parseUserAgent(chrome, { types: true })).toMatchObject({
    browser_type: 'BROWSER_TYPE_CHROME',
    browser_variant_type: 'BROWSER_VARIANT_TYPE_UNKNOWN',
    os_type: 'OS_TYPE_WINDOWS',
    os_variant_type: 'OS_VARIANT_TYPE_UNKNOWN',
  });
  expect(parseUserAgent(chrome)).not.toHaveProperty('browser_type');
  const alone = parseUserAgent('Mozilla/5.0 (Windows NT 10.0; Win64; x64)', { types: true });
  expect(alone).toMatchObject({ family: 'USER_DEFINED', device: 'x64', device_version: '5.0', os_variant: 'Win64' });
  expect(alone).toHaveProperty('os_type', 'OS_TYPE_WINDOWS');
  expect(alone).not.toHaveProperty('browser_type');
  const strange = 'Mozilla/5.0 (Abc; Def) AppleWebKit/6 (KHTML, like Gecko) Version/1 Safari/6';
  expect(parseUserAgent(strange, { types: true })).toEqual(parseUserAgent(strange));
  expect(parseUserAgent('curl/8', { types: true })).toEqual({
    family: 'USER_DEFINED',
    device: 'curl',
    device_version: '8',
  });
});
