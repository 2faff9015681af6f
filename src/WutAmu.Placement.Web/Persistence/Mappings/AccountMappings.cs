using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Persistence.Mappings;

internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.HasIndex(s => s.SecretHash).IsUnique();
        builder.HasIndex(s => s.Person);
        builder.HasOne<Person>().WithMany().HasForeignKey(s => s.Person).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SignInRequestMapping : IEntityTypeConfiguration<SignInRequest>
{
    public void Configure(EntityTypeBuilder<SignInRequest> builder)
    {
        builder.HasIndex(r => r.BrowserHash);
        builder.HasIndex(r => r.TokenHash).IsUnique();
        builder.HasIndex(r => new { r.AddressHash, r.CreatedAt });
        builder.HasIndex(r => r.CreatedAt);
    }
}

internal sealed class SecondFactorMapping : IEntityTypeConfiguration<SecondFactor>
{
    public void Configure(EntityTypeBuilder<SecondFactor> builder)
    {
        builder.HasKey(f => f.Person);
        builder.Property(f => f.Version).IsConcurrencyToken();
        builder.Property(f => f.RecoveryHashes).HasJson();
        builder.HasOne<Person>().WithMany().HasForeignKey(f => f.Person).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ExternalAccountMapping : IEntityTypeConfiguration<ExternalAccount>
{
    public void Configure(EntityTypeBuilder<ExternalAccount> builder)
    {
        builder.HasKey(a => new { a.Issuer, a.Subject });
        builder.HasIndex(a => a.Person);
        builder.HasOne<Person>().WithMany().HasForeignKey(a => a.Person).OnDelete(DeleteBehavior.Cascade);
    }
}
