import { renderHandoff } from '../../../cli/cloudtrail/handoff';
import { EXTERNAL_ID, TARGET } from './verify/target';

const { exitCode, document, text } = renderHandoff({ ...TARGET, externalIds: [EXTERNAL_ID, 'the-old-external-id'] });

test('the document has the same values as the text', () => {
  expect(exitCode).toBe(0);
  expect(document).toMatchObject({
    environment: 'prod',
    pipeline: 'cloudtrail-cortex',
    alarmTopic: TARGET.alarmTopic.arn,
    collector: {
      access: 'Assumed Role',
      sqsUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/prod-cloudtrail-cortex',
      name: 'prod-cloudtrail-cortex',
      roleArn: 'arn:aws:iam::111122223333:role/prod-cloudtrail-cortex-reader',
      externalId: EXTERNAL_ID,
      logType: 'Audit Logs',
      normalizeAndEnrich: true,
    },
  });
});

test('each value stands alone on its line, beside the name of its field', () => {
  expect(text).toContain(
    [
      '     SQS URL                          https://sqs.eu-central-1.amazonaws.com/111122223333/prod-cloudtrail-cortex',
      '     Name                             prod-cloudtrail-cortex',
      '     Role ARN                         arn:aws:iam::111122223333:role/prod-cloudtrail-cortex-reader',
      `     External Id                      ${EXTERNAL_ID}`,
      '     Log Type                         Audit Logs',
      '     Normalize and enrich audit logs  checked',
    ].join('\n'),
  );
});

test('the old external id of a change is not handed over', () => {
  expect(text + JSON.stringify(document)).not.toContain('the-old-external-id');
});

test('steps are numbered, and say who confirms, what is sensitive and how arrival is proved', () => {
  expect([...text.matchAll(/^(\d)\. (.*)$/gm)].map(([line]) => line)).toEqual([
    '1. Confirm the e-mails of the alarm topic',
    '2. See that AWS is ready',
    '3. In Cortex XDR, open the form',
    '4. Choose Assumed Role, and fill in',
    '5. Test, then Enable',
    '6. Prove that logs arrive, in an XQL search',
  ]);
  expect(text).toContain('The External Id is sensitive');
  expect(text).toContain(
    [
      '     config timeframe = 1h',
      '     | dataset = cloud_audit_logs',
      '     | filter cloud_provider = ENUM.AWS',
      '     | comp count() as logs by project',
      '     | sort desc logs',
    ].join('\n'),
  );
  expect(text).toContain('| dataset = aws_s3_raw');
});

test('text for people fits 80 columns', () => {
  const prose = text.split('\n').filter((line) => /^ {3}\S/.test(line));
  expect(prose.filter((line) => line.length > 80)).toEqual([]);
  expect(prose.length).toBeGreaterThan(10);
});
