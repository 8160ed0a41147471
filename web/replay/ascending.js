/**
 * How many of an ascending list are smaller than a value, or no larger.
 * @param {number[]} list @param {number} value @param {boolean} [orEqual]
 */
export function countBelow(list, value, orEqual = false) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value || (orEqual && list[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
