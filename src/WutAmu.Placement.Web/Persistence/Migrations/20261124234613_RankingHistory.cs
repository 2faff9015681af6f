using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WutAmu.Placement.Web.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class RankingHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "AnyOther",
                table: "RankingVersions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Applied",
                table: "Rankings",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "Future",
                table: "Rankings",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "Past",
                table: "Rankings",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "AnyOther",
                table: "RankingVersions");

            migrationBuilder.DropColumn(
                name: "Applied",
                table: "Rankings");

            migrationBuilder.DropColumn(
                name: "Future",
                table: "Rankings");

            migrationBuilder.DropColumn(
                name: "Past",
                table: "Rankings");
        }
    }
}
