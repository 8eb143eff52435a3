import { type Documented, GENERIC, OUTPUT, udm } from './case';

const page = 'parser-syntax';
const JSON_FILTER = 'json { source => "message" array_function => "split_columns" on_error => "failed" }';
const LABELS = udm('principal.resource.attribute.labels');
const PHONES = '{"phones":["(123) 234-2320","(123) 234-2321"]}';
const CONTAINER =
  '{"resource":{"type":"k8s_container","labels":{"pod_name":"pod-1","cluster_name":"c-1","location":"us-west1-a"}}}';
const NESTED =
  '{"resource":{"labels":{"pod_name":"pod-1","location":{"country":"US","code":"us-west1-a"},"cluster_name":"c-1"}}}';

/** `for` over arrays and maps. */
export const LOOPS: readonly Documented[] = [
  {
    construct: 'for over an array',
    title: 'each element in turn',
    page,
    parser: `${JSON_FILTER} for phone in phones { mutate { merge => { "${LABELS}" => "phone" } } }`,
    log: PHONES,
    gives: { tokens: { [LABELS]: ['(123) 234-2320', '(123) 234-2321'] } },
  },
  {
    construct: 'for with an index',
    title: 'it begins at 0 and is printed once it is a string',
    page,
    parser: `${JSON_FILTER}
    for index, phone in phones {
      mutate { convert => { "index" => "string" } }
      mutate { replace => { "label" => "" } }
      mutate { replace => { "label.key" => "phone %{index}" "label.value" => "%{phone}" } on_error => "no_phone" }
      if ![no_phone] { mutate { merge => { "${LABELS}" => "label" } on_error => "no_merge" } }
    }
    ${GENERIC} ${OUTPUT}`,
    log: PHONES,
    gives: {
      events: [
        {
          metadata: { eventType: 'GENERIC_EVENT' },
          principal: {
            resource: {
              attribute: {
                labels: [
                  { key: 'phone 0', value: '(123) 234-2320' },
                  { key: 'phone 1', value: '(123) 234-2321' },
                ],
              },
            },
          },
        },
      ],
    },
  },
  {
    construct: 'for within for',
    title: 'arrays of objects of arrays: a list cannot be printed, and is looped over where it could not be',
    page,
    parser: `${JSON_FILTER}
    for index, resource in resources {
      for key, value in resource map {
        mutate { replace => { "label" => "" } }
        if [key] != "" {
          mutate { replace => { "label.key" => "resource %{key}" } on_error => "bad_key" }
          if ![bad_key] and [value] != "" {
            mutate { replace => { "label.value" => "%{value}" } on_error => "nested" }
            if ![nested] {
              mutate { merge => { "${LABELS}" => "label" } }
            } else {
              for n, subnet in value {
                mutate { convert => { "n" => "string" } }
                for subnet_key, subnet_value in subnet map {
                  mutate { replace => { "inner" => "" } }
                  mutate { replace => { "inner.key" => "%{key} %{subnet_key} %{n}" "inner.value" => "%{subnet_value}" } on_error => "bad_subnet" }
                  if ![bad_subnet] { mutate { merge => { "${LABELS}" => "inner" } } }
                }
              }
            }
          }
        }
      }
    }
    ${GENERIC} ${OUTPUT}`,
    log: '{"resources":[{"tenant":"a123","type":"access","subnet":[{"ip":"10.1.1.1"},{"ip":"10.1.1.2"}]}]}',
    gives: {
      events: [
        {
          metadata: { eventType: 'GENERIC_EVENT' },
          principal: {
            resource: {
              attribute: {
                labels: [
                  { key: 'subnet ip 0', value: '10.1.1.1' },
                  { key: 'subnet ip 1', value: '10.1.1.2' },
                  { key: 'resource tenant', value: 'a123' },
                  { key: 'resource type', value: 'access' },
                ],
              },
            },
          },
        },
      ],
    },
  },
  {
    construct: 'for over a map',
    title: 'keys in their order',
    page,
    parser: `${JSON_FILTER} for key, value in resource.labels map { mutate { replace => { "pair" => "%{key}=%{value}" } } mutate { merge => { "pairs" => "pair" } } }`,
    log: CONTAINER,
    gives: { tokens: { pairs: ['cluster_name=c-1', 'location=us-west1-a', 'pod_name=pod-1'] } },
  },
  {
    construct: 'for over a map',
    title: 'a value that is a map cannot be printed, but looped over',
    page,
    parser: `${JSON_FILTER}
    for key, value in resource.labels map {
      mutate { replace => { "test.key" => "%{key}" } }
      mutate { replace => { "test.value" => "%{value}" } on_error => "nested" }
      if [test][key] == "location" {
        for inner_key, inner_value in value map {
          mutate { replace => { "pair" => "%{inner_key}=%{inner_value}" } }
          mutate { merge => { "pairs" => "pair" } }
        }
      }
    }`,
    log: NESTED,
    gives: { tokens: { pairs: ['code=us-west1-a', 'country=US'] } },
  },
  {
    construct: 'statedump',
    title: 'shows each turn of a loop',
    page,
    parser: `${JSON_FILTER} for key, value in resource.labels map { mutate { replace => { "test.key" => "%{key}" "test.value" => "%{value}" } } statedump {} }`,
    log: CONTAINER,
    gives: { dumps: ['"value": "c-1"', '"value": "us-west1-a"', '"value": "pod-1"'] },
  },
];
