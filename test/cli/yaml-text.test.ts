import { YamlText } from '../../cli/yaml-text';

test('values and lines are found by path', () => {
  const yaml = new YamlText('a:\n  b: c\n  d: { e: f }\n  g:\n');
  expect(yaml.valueAt(['a', 'b'])).toBe('c');
  expect(yaml.valueAt(['a', 'd'])).toEqual({ e: 'f' });
  expect(yaml.valueAt(['a', 'g'])).toBeUndefined();
  expect(yaml.valueAt(['a', 'x', 'y'])).toBeUndefined();
  expect(yaml.lineAt(['a', 'd', 'e'])).toBe(3);
  expect(yaml.lineAt(['a', 'x'])).toBeUndefined();
});
