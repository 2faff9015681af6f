namespace WutAmu.Placement.Domain.Matching;

/// <summary>Choices of one student that were read and are not yet looked up: a few together wait for memory once.</summary>
internal sealed class PendingChoices(IdTable table, ChoiceLog log)
{
    private const int Most = 64;

    private readonly ShortId[] ids = new ShortId[Most];
    private readonly int[] numbers = new int[Most];
    private readonly (int Group, int Item)[] places = new (int, int)[Most];
    private int depth;
    private int count;

    /// <summary>A list of tie groups begins.</summary>
    /// <param name="at">Depth at which it lies.</param>
    public void Start(int at)
    {
        depth = at;
        table.Forget();
    }

    /// <param name="scan">Told of what stands twice.</param>
    public void Add(ShortId id, int group, int item, JsonScan scan)
    {
        (ids[count], places[count]) = (id, (group, item));
        if (++count == Most)
        {
            Settle(scan);
        }
    }

    /// <summary>Looks them up and hands them on.</summary>
    public void Settle(JsonScan scan)
    {
        table.AddAll(ids.AsSpan(0, count), numbers);
        for (var i = 0; i < count; i++)
        {
            table.Refer(numbers[i]);
            log.Add(numbers[i], isTied: places[i].Item > 0);
            if (!table.See(numbers[i]))
            {
                scan.AddToItem(depth, places[i].Group, places[i].Item, $"\"{table.TextOf(numbers[i])}\" stands twice.");
            }
        }

        count = 0;
    }
}
