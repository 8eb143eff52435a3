import { createdObjects } from '../../../cli/local/cortex';

test('keys of an event are decoded', () => {
  const body = JSON.stringify({
    Records: [
      { s3: { bucket: { name: 'trail' }, object: { key: 'AWSLogs%2F1%2Fa+b%2Bc.json.gz' } } },
      { s3: { bucket: { name: 'trail' }, object: { key: 'AWSLogs/1/plain.json.gz' } } },
    ],
  });
  expect(createdObjects(body)).toEqual([
    { bucket: 'trail', key: 'AWSLogs/1/a b+c.json.gz' },
    { bucket: 'trail', key: 'AWSLogs/1/plain.json.gz' },
  ]);
});

test('the test message announces nothing', () => {
  expect(createdObjects('{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"trail"}')).toEqual([]);
});

test.each(['', 'null', '{}', '{"Records":[{}]}', '{"Message":"from SNS"}'])('%j is refused', (body) => {
  expect(() => createdObjects(body)).toThrow(/no S3 event/);
});
