import { describe, expect, it } from 'vitest';
import { currencyFault, parsePrice, priceText } from './price';

describe('price', () => {
  it('reads both decimal marks and no price', () => {
    expect(['0.32', '0,32', ' .5 ', '12', '', '3.'].map(parsePrice)).toEqual([0.32, 0.32, 0.5, 12, null, 3]);
  });

  it('takes nothing else for a price', () => {
    for (const odd of ['-1', '1e3', '0.3.2', 'free', '1 000', 'Infinity']) expect(parsePrice(odd)).toBeUndefined();
  });

  it('shows what it read', () => {
    expect(priceText(parsePrice('0,32') ?? null)).toBe('0.32');
    expect(priceText(null)).toBe('');
  });

  it('wants three letters for a currency', () => {
    expect(currencyFault(' eur')).toBe('');
    expect(currencyFault('€')).not.toBe('');
    expect(currencyFault('EURO')).not.toBe('');
  });
});
