using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Domain.Rankings;

namespace WutAmu.Placement.Web.Persistence.Mappings;

internal sealed class RankingMapping : IEntityTypeConfiguration<Ranking>
{
    public void Configure(EntityTypeBuilder<Ranking> builder)
    {
        builder.Property(r => r.Version).IsConcurrencyToken();
        builder.Property(r => r.Draft).HasJson();
        builder.Property(r => r.Notes).HasJson();
        builder.Property(r => r.Past).HasDrafts();
        builder.Property(r => r.Future).HasDrafts();
        builder.Property(r => r.Applied).HasRequests();
        builder.HasIndex(r => new { r.Campaign, r.Student }).IsUnique();
        builder.HasOne<Student>().WithMany().HasForeignKey(r => r.Student).OnDelete(DeleteBehavior.Restrict);
        builder.Ignore(r => r.Submitted);
        builder.OwnsMany(r => r.Versions, version =>
        {
            version.ToTable("RankingVersions");
            version.WithOwner().HasForeignKey("RankingId");
            version.HasKey("RankingId", nameof(RankingVersion.Number));
            version.Property(v => v.Number).ValueGeneratedNever();
            version.Property(v => v.Choices).HasJson();
        });
    }
}

internal sealed class HostRankingMapping : IEntityTypeConfiguration<HostRanking>
{
    public void Configure(EntityTypeBuilder<HostRanking> builder)
    {
        builder.Property(r => r.Version).IsConcurrencyToken();
        builder.Property(r => r.Draft).HasJson();
        builder.HasIndex(r => new { r.Campaign, r.Host }).IsUnique();
        builder.HasOne<Domain.Hosts.Host>().WithMany().HasForeignKey(r => r.Host).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(r => r.Campaign).OnDelete(DeleteBehavior.Restrict);
        builder.Ignore(r => r.Submitted);
        builder.OwnsMany(r => r.Versions, version =>
        {
            version.ToTable("HostRankingVersions");
            version.WithOwner().HasForeignKey("HostRankingId");
            version.HasKey("HostRankingId", nameof(HostRankingVersion.Number));
            version.Property(v => v.Number).ValueGeneratedNever();
            version.Property(v => v.Applicants).HasJson();
        });
    }
}

internal sealed class RunMapping : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.Property(r => r.Version).IsConcurrencyToken();
        builder.HasIndex(r => new { r.Campaign, r.Number }).IsUnique();
        builder.HasOne<Campaign>().WithMany().HasForeignKey(r => r.Campaign).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RunReportMapping : IEntityTypeConfiguration<RunReport>
{
    public void Configure(EntityTypeBuilder<RunReport> builder)
    {
        builder.HasKey(r => r.Run);
        builder.HasOne<Run>().WithOne().HasForeignKey<RunReport>(r => r.Run).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PublicationMapping : IEntityTypeConfiguration<Publication>
{
    public void Configure(EntityTypeBuilder<Publication> builder)
    {
        builder.Property(p => p.Version).IsConcurrencyToken();
        // At most one publication of a campaign is in force, whoever clicks how often.
        builder.HasIndex(p => p.Campaign).IsUnique().HasFilter("\"RecalledAt\" IS NULL");
        builder.HasOne<Run>().WithMany().HasForeignKey(p => p.Run).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(p => p.Campaign).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class PlacementMapping : IEntityTypeConfiguration<Domain.Placements.Placement>
{
    public void Configure(EntityTypeBuilder<Domain.Placements.Placement> builder)
    {
        builder.Property(p => p.Version).IsConcurrencyToken();
        builder.HasIndex(p => new { p.Publication, p.Student }).IsUnique();
        builder.HasOne<Publication>().WithMany().HasForeignKey(p => p.Publication).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Student>().WithMany().HasForeignKey(p => p.Student).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Offer>().WithMany().HasForeignKey(p => p.Offer).OnDelete(DeleteBehavior.Restrict);
    }
}
