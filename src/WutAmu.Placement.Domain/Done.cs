namespace WutAmu.Placement.Domain;

/// <summary>The value of a <see cref="Result{T}"/> that says nothing but that it was done.</summary>
public readonly record struct Done;
