from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0016_passkeys')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Provider',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('slug', fields.CharField(unique=True, max_length=40)),
                ('name', fields.CharField(max_length=60)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', null=True, db_constraint=True, to_field='id', related_name='providers', on_delete=OnDelete.CASCADE)),
                ('issuer', fields.CharField(max_length=300)),
                ('client_id', fields.CharField(max_length=200)),
                ('secret', fields.TextField(default='', db_default='', unique=False)),
                ('scopes', fields.CharField(default='openid email profile', db_default='openid email profile', max_length=200)),
                ('email_claim', fields.CharField(default='email', db_default='email', max_length=80)),
                ('verified_claim', fields.CharField(default='email_verified', db_default='email_verified', max_length=80)),
                ('name_claim', fields.CharField(default='name', db_default='name', max_length=80)),
                ('groups_claim', fields.CharField(default='groups', db_default='groups', max_length=80)),
                ('roles', fields.TextField(default='', db_default='', unique=False)),
                ('trusts_addresses', fields.BooleanField(default=False, db_default=False)),
                ('is_compulsory', fields.BooleanField(default=False, db_default=False)),
                ('two_steps', fields.CharField(default='said', db_default='said', max_length=8)),
                ('is_on', fields.BooleanField(default=False, db_default=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'identity_providers', 'app': 'models', 'pk_attr': 'id', 'table_description': 'An OpenID provider: of the site, or of one organisation, and then for addresses in its confirmed domains only.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='IdentityLink',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('provider', fields.ForeignKeyField('models.Provider', source_field='provider_id', db_constraint=True, to_field='id', related_name='links', on_delete=OnDelete.CASCADE)),
                ('subject', fields.CharField(max_length=255)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='identity_links', on_delete=OnDelete.CASCADE)),
                ('email', fields.CharField(default='', db_default='', max_length=254)),
                ('given', fields.CharField(default='', db_default='', max_length=120)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'identity_links', 'app': 'models', 'unique_together': (('provider', 'subject'),), 'pk_attr': 'id', 'table_description': 'That a sign-in at a provider (its `subject`, as the provider calls it) opens the account of a member.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='SpentState',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('hash', fields.CharField(unique=True, max_length=64)),
                ('at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'spent_states', 'app': 'models', 'pk_attr': 'id', 'table_description': 'The hash of what a browser came back with from a provider: it is taken once, by whichever process.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Session',
            name='did_two_steps',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.RunSQL('CREATE INDEX "fk_identity_providers_organisation_id" ON "identity_providers" ("organisation_id") WHERE "organisation_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_identity_links_member_id" ON "identity_links" ("member_id")'),
    ]
