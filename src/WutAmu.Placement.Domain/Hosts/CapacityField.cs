namespace WutAmu.Placement.Domain.Hosts;

/// <summary>What one declaration can say differently from another.</summary>
public enum CapacityField
{
    Max,
    Min,
    Opening,
    OfferAdded,
    OfferWithdrawn,
    Title,
    Description,
    Supervisor,
    SupervisorMax,
    Programmes,
    Dates,
    Languages,
    RestrictedZone,
}
