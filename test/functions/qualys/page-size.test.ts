import { PageSize } from '../../../functions/qualys/page-size';

const page = (hosts: number, bytes: number, cut?: 'size' | 'broken') => ({ hosts, bytes, cut });

it('begins with as many as it may', () => {
  expect(new PageSize(1000, 100).hosts).toBe(1000);
});

it('halves what does not come in time, for good', () => {
  const size = new PageSize(1000, 100);
  size.tooSlow();
  expect(size.hosts).toBe(500);
  size.learn(page(40, 1, 'broken'));
  expect(size.hosts).toBe(250);
  for (let count = 0; count < 5; count += 1) size.learn(page(250, 1));
  expect(size.hosts).toBe(250);
});

it('never asks for none', () => {
  const size = new PageSize(3, 100);
  for (let count = 0; count < 9; count += 1) size.tooSlow();
  expect(size.hosts).toBe(1);
  size.learn(page(0, 0, 'size'));
  expect(size.hosts).toBe(1);
});

it('asks for as many as had room, and for more again once hosts are small', () => {
  const size = new PageSize(1000, 100);
  size.learn(page(3, 100, 'size'));
  expect(size.hosts).toBe(3);
  size.learn(page(3, 51));
  expect(size.hosts).toBe(3);
  size.learn(page(3, 50));
  expect(size.hosts).toBe(6);
  for (let count = 0; count < 10; count += 1) size.learn(page(size.hosts, 10));
  expect(size.hosts).toBe(1000);
});
