from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0003_search_synonyms')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AdoptionChange',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='adoption_changes', on_delete=OnDelete.CASCADE)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='adoption_changes', on_delete=OnDelete.CASCADE)),
                ('state', fields.CharField(max_length=10)),
                ('note', fields.CharField(default='', db_default='', max_length=400)),
                ('result', fields.CharField(default='', db_default='', max_length=12)),
                ('since', fields.DateField(null=True)),
                ('name_visible', fields.BooleanField(default=True, db_default=True)),
                ('standing', fields.CharField(default='recorded', db_default='recorded', max_length=9)),
                ('by', fields.ForeignKeyField('models.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='adoption_changes', on_delete=OnDelete.SET_NULL)),
                ('decided_by', fields.ForeignKeyField('models.Member', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='adoption_decisions', on_delete=OnDelete.SET_NULL)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'adoption_changes', 'app': 'models', 'indexes': [Index(fields=['article', 'organisation', 'at']), Index(fields=['organisation', 'standing'])], 'pk_attr': 'id', 'table_description': 'One line in the history of what an organisation does with an article; an empty `state` took it back.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ArticleLink',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='linked_from', on_delete=OnDelete.CASCADE)),
                ('from_post', fields.ForeignKeyField('models.Post', source_field='from_post_id', null=True, db_constraint=True, to_field='id', related_name='links_to', on_delete=OnDelete.CASCADE)),
                ('from_article', fields.ForeignKeyField('models.Article', source_field='from_article_id', null=True, db_constraint=True, to_field='id', related_name='links_to', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'article_links', 'app': 'models', 'unique_together': (('article', 'from_post'), ('article', 'from_article')), 'pk_attr': 'id', 'table_description': 'A post, or the published version of an article, links to an article.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Collection',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('title', fields.CharField(max_length=160)),
                ('slug', fields.CharField(max_length=80)),
                ('about', fields.TextField(default='', db_default='', unique=False)),
                ('audience', fields.CharField(default='public', db_default='public', max_length=24)),
                ('state', fields.CharField(default='draft', db_default='draft', max_length=9)),
                ('owner', fields.ForeignKeyField('models.Member', source_field='owner_id', null=True, db_constraint=True, to_field='id', related_name='collections', on_delete=OnDelete.SET_NULL)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'collections', 'app': 'models', 'indexes': [Index(fields=['state', 'changed_at'])], 'pk_attr': 'id', 'table_description': 'Practices, threads and case studies in an order, with an owner; `state` is draft or published.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CollectionItem',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('collection', fields.ForeignKeyField('models.Collection', source_field='collection_id', db_constraint=True, to_field='id', related_name='items', on_delete=OnDelete.CASCADE)),
                ('position', fields.IntField()),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', null=True, db_constraint=True, to_field='id', related_name='collected_in', on_delete=OnDelete.CASCADE)),
                ('thread', fields.ForeignKeyField('models.Thread', source_field='thread_id', null=True, db_constraint=True, to_field='id', related_name='collected_in', on_delete=OnDelete.CASCADE)),
                ('note', fields.CharField(default='', db_default='', max_length=300)),
            ],
            options={'table': 'collection_items', 'app': 'models', 'unique_together': (('collection', 'article'), ('collection', 'thread')), 'indexes': [Index(fields=['collection', 'position'])], 'pk_attr': 'id', 'table_description': 'An article or a thread in a collection; positions rise, and may have gaps.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Delegation',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.OneToOneField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='delegation', on_delete=OnDelete.CASCADE)),
                ('deputy', fields.ForeignKeyField('models.Member', source_field='deputy_id', db_constraint=True, to_field='id', related_name='stands_in_for', on_delete=OnDelete.CASCADE)),
                ('until', fields.DateField()),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'delegations', 'app': 'models', 'indexes': [Index(fields=['deputy', 'until'])], 'pk_attr': 'id', 'table_description': 'While somebody is away, until the end of a day, another one gets their reviews and looks after their articles.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HelpfulVote',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='votes', on_delete=OnDelete.CASCADE)),
                ('revision', fields.IntField()),
                ('voter', fields.CharField(max_length=64)),
                ('helpful', fields.BooleanField()),
                ('reason', fields.CharField(default='', db_default='', max_length=8)),
                ('section', fields.CharField(default='', db_default='', max_length=20)),
                ('comment', fields.CharField(default='', db_default='', max_length=500)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'helpful_votes', 'app': 'models', 'unique_together': (('article', 'revision', 'voter'),), 'indexes': [Index(fields=['article', 'revision', 'at'])], 'pk_attr': 'id', 'table_description': 'One reader found one revision helpful, or not.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PlatformChange',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', related_name='changes', on_delete=OnDelete.CASCADE)),
                ('happened_on', fields.DateField()),
                ('title', fields.CharField(max_length=160)),
                ('text', fields.TextField(default='', db_default='', unique=False)),
                ('weight', fields.CharField(default='major', db_default='major', max_length=5)),
                ('by', fields.ForeignKeyField('models.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='platform_changes', on_delete=OnDelete.SET_NULL)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'platform_changes', 'app': 'models', 'indexes': [Index(fields=['platform', 'recorded_at'])], 'pk_attr': 'id', 'table_description': 'Something that changed on a platform, with its day: an interface closed, a rule was rewritten.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Suggestion',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('article', fields.ForeignKeyField('models.Article', source_field='article_id', db_constraint=True, to_field='id', related_name='suggestions', on_delete=OnDelete.CASCADE)),
                ('revision', fields.IntField()),
                ('section', fields.CharField(max_length=20)),
                ('before', fields.TextField(default='', db_default='', unique=False)),
                ('text', fields.TextField(unique=False)),
                ('why', fields.CharField(max_length=300)),
                ('author', fields.ForeignKeyField('models.Member', source_field='author_id', db_constraint=True, to_field='id', related_name='suggestions', on_delete=OnDelete.CASCADE)),
                ('state', fields.CharField(default='open', db_default='open', max_length=8)),
                ('accepted_into', fields.IntField(default=0, db_default=0)),
                ('note', fields.CharField(default='', db_default='', max_length=300)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('decided_by', fields.ForeignKeyField('models.Member', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='suggestions_decided', on_delete=OnDelete.SET_NULL)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'suggestions', 'app': 'models', 'indexes': [Index(fields=['article', 'state']), Index(fields=['state', 'at'])], 'pk_attr': 'id', 'table_description': "A member's new words for one section; `state` is open, accepted or declined, `revision` the one it began with."},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Adoption',
            name='asked_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Adoption',
            name='confirmed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Adoption',
            name='name_visible',
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name='Adoption',
            name='result',
            field=fields.CharField(default='', db_default='', max_length=12),
        ),
        ops.AddField(
            model_name='Adoption',
            name='since',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='SourceLink',
            name='changed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='SourceLink',
            name='compared',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.RunSQL('CREATE INDEX "fk_platform_changes_by_id" ON "platform_changes" ("by_id") WHERE "by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_adoption_changes_by_id" ON "adoption_changes" ("by_id") WHERE "by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_adoption_changes_decided_by_id" ON "adoption_changes" ("decided_by_id") WHERE "decided_by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_suggestions_author_id" ON "suggestions" ("author_id")'),
        ops.RunSQL('CREATE INDEX "fk_suggestions_decided_by_id" ON "suggestions" ("decided_by_id") WHERE "decided_by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_collections_owner_id" ON "collections" ("owner_id") WHERE "owner_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_collection_items_article_id" ON "collection_items" ("article_id") WHERE "article_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_collection_items_thread_id" ON "collection_items" ("thread_id") WHERE "thread_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_article_links_from_article_id" ON "article_links" ("from_article_id") WHERE "from_article_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_article_links_from_post_id" ON "article_links" ("from_post_id") WHERE "from_post_id" IS NOT NULL'),
    ]
