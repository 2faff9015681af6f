using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Persistence.Mappings;

internal sealed class OutboxMapping : IEntityTypeConfiguration<OutboxLetter>
{
    public void Configure(EntityTypeBuilder<OutboxLetter> builder)
    {
        builder.Property(l => l.Version).IsConcurrencyToken();
        builder.HasIndex(l => l.Key).IsUnique();
        builder.HasIndex(l => new { l.State, l.NextAttemptAt });
        builder.HasIndex(l => l.Campaign);
        builder.OwnsMany(l => l.Attempts, attempt =>
        {
            attempt.ToTable("LetterAttempts");
            attempt.WithOwner().HasForeignKey("LetterId");
            attempt.HasKey("LetterId", nameof(LetterAttempt.Number));
            attempt.Property(a => a.Number).ValueGeneratedNever();
        });
    }
}

internal sealed class AuditMapping : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.HasKey(a => a.Sequence);
        builder.Property(a => a.Sequence).ValueGeneratedNever();
        builder.HasIndex(a => a.Campaign);
    }
}
