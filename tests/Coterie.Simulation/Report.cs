using System.Globalization;
using System.Text;
using Coterie.Simulation.Moves;

namespace Coterie.Simulation;

/// <summary>How often each move met each condition of a room, over many worlds. Several threads may count.</summary>
internal sealed class Report
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Move, Condition Condition), long> met = [];
    private readonly Dictionary<string, long> made = [];

    public long Worlds { get; private set; }
    public long Steps { get; private set; }
    public long Judged { get; private set; }

    public void Met(Move move, IReadOnlyList<Condition> conditions)
    {
        lock (gate)
        {
            made[move.Name] = made.GetValueOrDefault(move.Name) + 1;
            foreach (var condition in conditions)
                met[(move.Name, condition)] = met.GetValueOrDefault((move.Name, condition)) + 1;
        }
    }

    public void Ended(int steps, long judged)
    {
        lock (gate)
        {
            Worlds++;
            Steps += steps;
            Judged += judged;
        }
    }

    public long Made(Move move) => made.GetValueOrDefault(move.Name);

    /// <summary>Moves that met a condition never, although they can.</summary>
    public IEnumerable<string> Missing(Choice choice) =>
        from move in Move.All
        where choice.Allows(move)
        from condition in Enum.GetValues<Condition>()
        where !move.Never.Contains(condition) && met.GetValueOrDefault((move.Name, condition)) == 0
        select $"{move.Name} never met {condition}";

    public string Table(Choice choice)
    {
        var text = new StringBuilder();
        var conditions = Enum.GetValues<Condition>();
        text.Append(CultureInfo.InvariantCulture, $"{"", -26}{"made", 8}");
        foreach (var condition in conditions)
            text.Append(CultureInfo.InvariantCulture, $"{condition, 14}");
        text.AppendLine();
        foreach (var move in Move.All.Where(choice.Allows))
        {
            text.Append(CultureInfo.InvariantCulture, $"{move.Name, -26}{Made(move), 8}");
            foreach (var condition in conditions)
            {
                var count = met.GetValueOrDefault((move.Name, condition));
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{(move.Never.Contains(condition) ? "-" : count.ToString(CultureInfo.InvariantCulture)), 14}"
                );
            }
            text.AppendLine();
        }
        return text.ToString();
    }
}
