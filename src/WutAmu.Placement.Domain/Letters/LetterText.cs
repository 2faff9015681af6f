namespace WutAmu.Placement.Domain.Letters;

/// <summary>A letter's words in one language: plain text first, HTML beside it.</summary>
public sealed record LetterText(string Subject, string Text, string Html);
