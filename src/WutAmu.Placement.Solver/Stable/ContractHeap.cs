namespace WutAmu.Placement.Solver.Stable;

/// <summary>A binary heap of contracts, the greatest key on top; grows on demand.</summary>
internal sealed class ContractHeap(long[] keys)
{
    private int[] items = new int[4];

    public int Count { get; private set; }

    public int Top => items[0];

    public void Push(int contract)
    {
        if (Count == items.Length)
        {
            Array.Resize(ref items, 2 * Count);
        }

        var i = Count++;
        while (i > 0 && keys[items[(i - 1) / 2]] < keys[contract])
        {
            items[i] = items[(i - 1) / 2];
            i = (i - 1) / 2;
        }

        items[i] = contract;
    }

    public void Pop()
    {
        var last = items[--Count];
        var i = 0;
        while ((2 * i) + 1 < Count)
        {
            var child = (2 * i) + 1;
            if (child + 1 < Count && keys[items[child + 1]] > keys[items[child]])
            {
                child++;
            }

            if (keys[items[child]] <= keys[last])
            {
                break;
            }

            items[i] = items[child];
            i = child;
        }

        items[i] = last;
    }
}
