using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Accounts;

/// <summary>
/// One address typed into one browser. The letter to it carries a token (in a link) and a code. Either is worth something only beside the secret that
/// the browser holds; the row holds hashes alone. Whether the address belongs to anybody does not show in the row until the letter is written.
/// </summary>
public sealed class SignInRequest
{
    /// <summary>Links and codes are worth nothing after it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>So many wrong codes end a request: of 10^8 codes, five guesses find one in twenty million times.</summary>
    public const int MaxWrongCodes = 5;

    private SignInRequest() => BrowserHash = TokenHash = CodeHash = AddressHash = LimitKey = Network = "";

    /// <param name="browserHash">Hash of the browser's secret.</param>
    /// <param name="tokenHash">Hash of the 128-bit token.</param>
    /// <param name="codeHash">Hash of the code under the browser's secret, so that the row alone does not give away eight digits.</param>
    /// <param name="addressHash">Hash of the address, to count by.</param>
    /// <param name="limitKey">What the strict limit counts: address and network, or address and a browser known to belong to it.</param>
    /// <param name="knownBrowser">The browser has signed in with this address before: others cannot use up its letters.</param>
    /// <param name="sealedLetter">Address, token and code, encrypted, until the letter is written.</param>
    /// <param name="returnTo">Local path to go to afterwards; null: home.</param>
    public SignInRequest(SignInRequestId id, string browserHash, string tokenHash, string codeHash, string addressHash, string limitKey, bool knownBrowser, string network, string sealedLetter, string? returnTo, DateTimeOffset now)
    {
        Id = id;
        BrowserHash = browserHash;
        TokenHash = tokenHash;
        CodeHash = codeHash;
        AddressHash = addressHash;
        LimitKey = limitKey;
        KnownBrowser = knownBrowser;
        Network = network;
        SealedLetter = sealedLetter;
        ReturnTo = returnTo;
        CreatedAt = now;
    }

    public SignInRequestId Id { get; private set; }

    public string BrowserHash { get; private set; }

    public string TokenHash { get; private set; }

    public string CodeHash { get; private set; }

    public string AddressHash { get; private set; }

    public string LimitKey { get; private set; }

    public bool KnownBrowser { get; private set; }

    public string Network { get; private set; }

    /// <summary>Null as soon as the letter is written, or there is nobody to write to.</summary>
    public string? SealedLetter { get; private set; }

    public string? ReturnTo { get; private set; }

    /// <summary>Who was written to; null: nobody, or not yet.</summary>
    public PersonId? Person { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public int WrongCodes { get; private set; }

    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>When the same browser asked again.</summary>
    public DateTimeOffset? ReplacedAt { get; private set; }

    public DateTimeOffset ExpiresAt => CreatedAt + Lifetime;

    /// <summary>The letter is in the outbox (<paramref name="person"/>), or there is nobody with this address (null).</summary>
    public void Written(PersonId? person)
    {
        Person = person;
        SealedLetter = null;
    }

    public void Replace(DateTimeOffset now) => ReplacedAt ??= now;

    /// <summary>Why it cannot be used: <c>signin.used</c>, <c>signin.replaced</c>, <c>signin.guessed</c>, <c>signin.expired</c>; null: it can.</summary>
    public Problem? WhyNot(DateTimeOffset now) =>
        UsedAt is not null ? new Problem("signin.used")
        : ReplacedAt is not null ? new Problem("signin.replaced")
        : WrongCodes >= MaxWrongCodes ? new Problem("signin.guessed")
        : now >= ExpiresAt ? new Problem("signin.expired")
        : null;

    /// <returns>Whose it is, once; else the problem of <see cref="WhyNot"/>, or <c>signin.expired</c> where nobody was written to.</returns>
    public Result<PersonId> Use(DateTimeOffset now)
    {
        if (WhyNot(now) is { } problem)
        {
            return problem;
        }

        if (Person is not { } person)
        {
            return new Problem("signin.expired");
        }

        UsedAt = now;
        return person;
    }

    /// <summary>Counts a wrong code.</summary>
    /// <returns>True if it was the last one allowed.</returns>
    public bool Miss() => ++WrongCodes == MaxWrongCodes;
}
