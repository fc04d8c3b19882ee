/**
 * Azure's built-in roles as `id name`, since the log names a role by the id of its definition alone. Taken from
 * Microsoft's list (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles) as the MIT-licensed
 * github.com/iann0036/iam-dataset has it, without roles of single partners and of Azure's own machinery.
 */
const BUILT_IN = `
76cc9ee4-d5d3-4a45-a930-26add3d73475 Access Review Operator Service Role | c2f4ef07-c644-48eb-af81-4b1b4947fb11 AcrDelete
6cef56e8-d556-48e5-a04f-b8e64114680f AcrImageSigner | 7f951dda-4ed3-4680-a7ca-43fe172d538d AcrPull
8311e382-0749-4cb8-b61a-304f252e45ec AcrPush | cdda3590-29a3-44f6-95f2-9f980659eb04 AcrQuarantineReader
c8d4ff99-41c3-41a8-9f60-21dfdad59608 AcrQuarantineWriter | 8aac15f0-d885-4138-8afa-bfb5872f7d13 Advisor Reviews Contributor
c64499e0-74c3-47ad-921c-13865957895c Advisor Reviews Reader | c031e6a8-4391-4de0-8d69-4706a7ed3729 API Management Developer Portal Content Editor
312a565d-c81f-4fd8-895a-4e21e48d571c API Management Service Contributor | e022efe7-f5ba-4159-bbe4-b44f577e9b61 API Management Service Operator Role
71522526-b88f-4d52-b57f-d31fc3546d0d API Management Service Reader Role | 9565a273-41b9-4368-97d2-aeb0c976a9b3 API Management Service Workspace API Developer
d59a3e9c-6d52-4a5a-aeed-6bf3cf0e31da API Management Service Workspace API Product Manager | 56328988-075d-4c6a-8766-d93edd6725b6 API Management Workspace API Developer
73c2c328-d004-4c5e-938c-35c6f5679a1f API Management Workspace API Product Manager | 0c34c906-8d99-4cb7-8bb7-33f5b0a1a799 API Management Workspace Contributor
ef1c2c96-4a77-49e8-b9a4-6179fe1d2fd2 API Management Workspace Reader | fe86443c-f201-4fc4-9d2a-ac61149fbda0 App Configuration Contributor
5ae67dd6-50cb-40e7-96ff-dc2bfa4b606b App Configuration Data Owner | 516239f1-63e1-4d78-a4de-a74fb236a071 App Configuration Data Reader
175b81b9-6e0d-490a-85e4-0d422273c10c App Configuration Reader | 8ea85a25-eb16-4e29-ab4d-6f2a26c711a2 App Service Environment Contributor
fbc52c3f-28ad-4303-a892-8a056630b8f1 AppGw for Containers Configuration Manager | ca6382a4-1721-4bcf-a114-ff0c70227b6b Application Group Contributor
ae349356-3a1b-4a5e-921d-050484c6347e Application Insights Component Contributor | dca88c6f-5090-44cd-a0ff-a88f337b12a5 ArizeAi.ObservabilityEval Contributor Role
d6c7ff7d-dd03-45a8-af9c-2a825e11bf9f Associated Billing Accounts Reader | a6a9a135-9048-45df-b559-a90bb025e92f Astronomer Astro Contributor
bbf86eb8-f7b4-4cce-96e4-18cddf81d86e Attestation Contributor | fd1bd22b-8476-40bc-a0bc-69b95687b9f3 Attestation Reader
a8d01690-9418-4783-8ca2-9f0f1791783d Auto Actions Contributor | f353d9bd-d4a6-484e-a77a-8050b599b867 Automation Contributor
4fe576fe-1146-4730-92eb-48519fa6bf9f Automation Job Operator | d3881f73-407a-4167-8283-e981cbba0404 Automation Operator
5fb5aef8-1081-4b8e-bb16-9d5d0385bab5 Automation Runbook Operator | 4f8fab4f-1852-4a58-a46a-8eaf358af14a Avere Contributor
c025889f-8102-4ebf-b32c-fc0c6f0c6bd9 Avere Operator | b78c5d69-af96-48a3-bf8d-a8b4d589de94 Azure AI Administrator
64702f94-c441-49e6-a78b-ef80e0188fee Azure AI Developer | 11102f94-c441-49e6-a78b-ef80e0188abc Azure AI Safety Evaluator
00493d72-78f6-4148-b6c5-d3ce8e4799dd Azure Arc Enabled Kubernetes Cluster User Role | dffb1e0c-446f-4dde-a09f-99eb5cc68b96 Azure Arc Kubernetes Admin
8393591c-06b9-48a2-a542-1bd6b377f6a2 Azure Arc Kubernetes Cluster Admin | 63f0a09d-1495-4db4-a681-037d84835eb4 Azure Arc Kubernetes Viewer
5b999177-9696-4545-85c7-50de3797e5a1 Azure Arc Kubernetes Writer | afc680e2-a938-412d-b213-9a49efa7fb83 Azure Backup Snapshot Contributor
29fe4964-1e60-436b-bd3a-77fd4c178b3c Azure Batch Account Contributor | 11076f67-66f6-4be0-8f6b-f0609fd05cc9 Azure Batch Account Reader
6aaa78f1-f7de-44ca-8722-c64a23943cae Azure Batch Data Contributor | 48e5e92e-a480-4e71-aa9c-2778f4c13781 Azure Batch Job Submitter
9fc6112f-f48e-4e27-8b09-72a5c94e4ae9 Azure Bot Service Contributor Role | f4eb044f-76b9-47af-92f9-1d95c4c14ab5 Azure Business Continuity DUPI Reader
3b5a0aa9-eccd-48dc-9011-f2fd03b5e5f9 Azure Business Continuity UPI Reader | b64e21ea-ac4e-4cdf-9dc9-5b892992bee7 Azure Connected Machine Onboarding
cd570a14-e51a-42ad-bac8-bafd67325302 Azure Connected Machine Resource Administrator | f5819b54-e033-4d82-ac66-4fec3cbf3f4c Azure Connected Machine Resource Manager
e8113dce-c529-4d33-91fa-e9b972617508 Azure Connected SQL Server Onboarding | 5d977122-f97e-4b4d-a52f-6b43003ddb4d Azure Container Instances Contributor Role
0fb8eba5-a2bb-4abe-b1c1-49dfad359bb0 Azure ContainerApps Session Executor | a954a0e0-f57f-4606-8421-fd7bd4e54b0f Azure Device Onboarding Contributor
f526a384-b230-433a-b45c-95f59c4a2dec Azure Event Hubs Data Owner | a638d3c7-ab3a-418d-83e6-5f17a39d4fde Azure Event Hubs Data Receiver
2b629674-e913-4c01-ae53-ef4638d8f975 Azure Event Hubs Data Sender | 92b92042-07d9-4307-87f7-36a593fc5850 Azure File Sync Administrator
754c1a27-40dc-4708-8ad4-2bffdeee09e8 Azure File Sync Reader | 36e80216-a7e8-4f42-a7e1-f12c98cbaf8a Azure impact Reporter role
dfb2f09d-25f8-4558-8986-497084006d7a Azure impact-insight reader | 852e55ca-96ce-48b0-abca-2cd74d9042ca Azure Kubernetes Application Network Contributor Role
63bb64ad-9799-4770-b5c3-24ed299a07bf Azure Kubernetes Fleet Manager Contributor Role | 434fb43a-c01c-447e-9f67-c3ad923cfaba Azure Kubernetes Fleet Manager RBAC Admin
18ab4d3d-a1bf-4477-8ad9-8359bc988f69 Azure Kubernetes Fleet Manager RBAC Cluster Admin | bd80684d-2f5f-4130-892a-0955546282de Azure Kubernetes Fleet Manager RBAC Cluster Reader
1dc4cd5a-de51-4ee4-bc8e-b40e9c17e320 Azure Kubernetes Fleet Manager RBAC Cluster Writer | 30b27cfc-9c84-438e-b0ce-70e35255df80 Azure Kubernetes Fleet Manager RBAC Reader
5af6afb3-c06c-4fa4-8848-71a8aee05683 Azure Kubernetes Fleet Manager RBAC Writer | b29efa5f-7782-4dc3-9537-4d5bc70a5e9f Azure Kubernetes Service Arc Cluster Admin Role
233ca253-b031-42ff-9fba-87ef12d6b55f Azure Kubernetes Service Arc Cluster User Role | 5d3f1697-4507-4d08-bb4a-477695db5f82 Azure Kubernetes Service Arc Contributor Role
0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8 Azure Kubernetes Service Cluster Admin Role | 1afdec4b-e479-420e-99e7-f82237c7c5e6 Azure Kubernetes Service Cluster Monitoring User
4abbcc35-e782-43d8-92c5-2d3f1bd2253f Azure Kubernetes Service Cluster User Role | ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8 Azure Kubernetes Service Contributor Role
4f772c11-8026-4833-859c-5c23e84b5c30 Azure Kubernetes Service Prepared Image Specification Contributor | ed915fdf-c373-4707-988e-fb5d15a5a9ec Azure Kubernetes Service Prepared Image Specification Reader
3498e952-d568-435e-9b2c-8d77e338d7f7 Azure Kubernetes Service RBAC Admin | b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b Azure Kubernetes Service RBAC Cluster Admin
7f6c6a51-bcf8-42ba-9220-52d62157d7db Azure Kubernetes Service RBAC Reader | a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb Azure Kubernetes Service RBAC Writer
ea01e6af-a1c1-4350-9563-ad00f8c72ec5 Azure Machine Learning Workspace Connection Secrets Reader | 5c2d7e57-b7c2-4d8a-be4f-82afa42c6e95 Azure Managed Grafana Workspace Contributor
3015e5ed-6856-4ab3-b2f0-b8492aa30ca6 Azure Managed Redis Contributor | f287ba2f-f923-4464-a5bd-721c3951d32d Azure Managed Redis Reader
0618ae3d-2930-4bb7-aa00-718db34ee9f9 Azure Monitor Dashboards with Grafana Contributor | 679dc20a-52e8-4ac0-a23c-3b557dfb1e24 Azure Monitor Pipeline Contributor
2d50f159-7b96-4f1e-8fc7-fee6957ab7cc Azure Monitor Pipeline Reader | 063e4498-230d-40a9-be9b-037f35f982b5 Azure Notebooks NotebookProxy Contributor
a1f96423-95ce-4224-ab27-4e3dc72facd4 Azure Red Hat OpenShift Cloud Controller Manager | 0336e1d3-7a87-462b-b6db-342b63f7802c Azure Red Hat OpenShift Cluster Ingress Operator
5b7237c5-45e1-49d6-bc18-a1f62f400748 Azure Red Hat OpenShift Disk Storage Operator | 0d7aedc0-15fd-4a67-a412-efad370c947e Azure Red Hat OpenShift File Storage Operator
8b32b316-c2f5-4ddf-b05b-83dacd2d08b5 Azure Red Hat OpenShift Image Registry Operator | 0358943c-7e01-48ba-8889-02cc51d78637 Azure Red Hat OpenShift Machine API Operator
be7a6435-15ae-4171-8f30-4a343eff9e8f Azure Red Hat OpenShift Network Operator | 4436bae4-7702-4c84-919b-c4069ff25ee2 Azure Red Hat OpenShift Service Operator
090c5cfd-751d-490a-894a-3ce6f1109419 Azure Service Bus Data Owner | 4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0 Azure Service Bus Data Receiver
69a216fc-b8fb-44d8-bc22-1f3c2cd27a39 Azure Service Bus Data Sender | 6ae96244-5829-4925-a7d3-5975537d91dd Azure VM Managed identities restore Contributor
e503ece1-11d0-4e8e-8e2c-7a6c3bf38815 AzureML Compute Operator | f6c7c914-8db3-469d-8ca1-694a8f32e121 AzureML Data Scientist
1823dd4f-9b8c-4ab6-ab4e-7397a3684615 AzureML Registry User | 5e467623-bb1f-42f4-a55d-6e525e11384b Backup Contributor
c2a970b4-16a7-4a51-8c84-8a8ea6ee0bb8 Backup MUA Admin | f54b6d04-23c6-443e-b462-9c16ab7b4a52 Backup MUA Operator
00c29273-979b-4161-815c-10b084fb9324 Backup Operator | a795c7a0-d4a2-40c1-ae25-d81f01202912 Backup Reader
fa23ad8b-c56e-40d8-ac0c-ce449e1d2c64 Billing Reader | 5e3c6656-6cfa-4708-81fe-0de47ac73342 BizTalk Contributor
41077137-e803-4205-871c-5a86e6a753b4 Blueprint Contributor | 437d2ced-4a38-4302-8479-ed2bcb43d090 Blueprint Operator
fdb3df26-8dd6-49ff-9a74-e95dbfadcad3 Change Safety Contributor | b34d265f-36f7-4a0d-a4d4-e158ca92e90f Classic Network Contributor
86e8f5dc-a6e9-4c67-9d15-de283e8eac25 Classic Storage Account Contributor | 985d6b00-f706-48f5-a6fe-d0ca12fb668d Classic Storage Account Key Operator Service Role
d73bb868-a0df-4d4d-bd69-98a00b01fccb Classic Virtual Machine Contributor | 9106cda0-8a86-4e81-b686-29a22c54effe ClearDB MySQL DB Contributor
25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68 Cognitive Services Contributor | a001fd3d-188f-4b5d-821b-7da978bf7442 Cognitive Services OpenAI Contributor
5e0bd9bd-7b93-4f28-af87-19fc36ad61bd Cognitive Services OpenAI User | a97b65f3-24c7-4388-baec-2e87135dc908 Cognitive Services User
daa9e50b-21df-454c-94a6-a8050adab352 Collaborative Data Contributor | 7a6f0e70-c033-4fb1-828c-08514e5f4102 Collaborative Runtime Operator
222f0527-8571-4054-955d-aae12f1d09d6 Commvault Contributor | 2bed379c-9fba-455b-99e4-6b911073bcf2 Compute Fleet Contributor
85a2d0d9-2eba-4c9c-b355-11c2cc0788ab Compute Gallery Artifacts Publisher | 1ef6a3be-d0ac-425d-8c01-acb62866290b Compute Gallery Sharing Admin
980cf6f7-edec-4fd1-8e9e-28f70b1d5258 Compute Limit Operator | 9cf8853f-1e61-4999-915d-3e018bfc8a71 Confidential Ledger Contributor
f1641a58-a144-402b-baf9-39d1a4c10119 Confidential Ledger Data Contributor | 4f1e6fca-3fde-4291-961e-642def6d5e1d Confidential Ledger Data Reader
6f4fe6fc-f04f-4d97-8528-8bc18c848dca Container Apps ConnectedEnvironments Contributor | d5adeb5b-107f-4aca-99ea-4e3f4fc008d5 Container Apps ConnectedEnvironments Reader
358470bc-b998-42bd-ab17-a7e34c199c0f Container Apps Contributor | 4e3d2b60-56ae-4dc6-a233-09c8e5a82e68 Container Apps Jobs Contributor
b9a307c4-5aa3-4b52-ba60-2b17c136cd7b Container Apps Jobs Operator | edd66693-d32a-450b-997d-0158c03976b0 Container Apps Jobs Reader
57cc5028-e6a7-4284-868d-0611c5923f8d Container Apps ManagedEnvironments Contributor | 1b32c00b-7eff-4c22-93e6-93d11d72d2d8 Container Apps ManagedEnvironments Reader
f3bd1b5c-91fa-40e7-afe7-0c11d331232c Container Apps Operator | 11b23f7a-6229-4518-88db-0576f10dd2a0 Container Apps SandboxGroup Contributor
c24cf47c-5077-412d-a19c-45202126392c Container Apps SandboxGroup Data Owner | f7669afb-68b2-44b4-9c5f-6d2a47fddda0 Container Apps SessionPools Contributor
af61e8fc-2633-4b95-bed3-421ad6826515 Container Apps SessionPools Reader | df87f177-bb12-4db1-9793-a413691eff94 Container Registry Cache Rule Administrator
c357b964-0002-4b64-a50d-7a28f02edc52 Container Registry Cache Rule Reader | 69b07be0-09bf-439a-b9a6-e73de851bd59 Container Registry Configuration Reader and Data Access Configuration Reader
281928aa-9782-4d9a-954a-3f34c1ed9f95 Container Registry Connected Registry Administrator | 93f83a62-9a8b-4821-9827-5b3ee513aec3 Container Registry Connected Registry Reader
3bc748fc-213d-45c1-8d91-9da5725539b9 Container Registry Contributor and Data Access Configuration Administrator | f094fb07-0703-4400-ad6a-e16dd8000e14 Container Registry Credential Set Administrator
29093635-9924-4f2c-913b-650a12949526 Container Registry Credential Set Reader | bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7 Container Registry Repository Catalog Lister
2efddaa5-3f1f-4df3-97df-af3f13818f4c Container Registry Repository Contributor | b93aa761-3e63-49ed-ac28-beffa264f7ac Container Registry Repository Reader
2a1e307c-b015-4ebd-883e-5b7698a07328 Container Registry Repository Writer | fb382eab-e894-4461-af04-94435c366c3f Container Registry Tasks Contributor
bf94e731-3a51-4a7c-8c54-a1ab9971dfc1 Container Registry Transfer Pipeline Contributor | ad2dd5fb-cd4b-4fd4-a9b6-4fed3630980b ContainerApp Reader
b24988ac-6180-42a0-ab88-20f7382dd24c Contributor | fbdf93bf-df7d-467e-a4d2-9458aa1360c8 Cosmos DB Account Reader Role
230815da-be43-4aae-9cb4-875f7bd000aa Cosmos DB Operator | db7b14f2-5adf-42da-9f96-f2ee17bab5cb CosmosBackupOperator
bf41e52e-617f-4981-8b7a-47431bd4e011 CosmosDB Fleet Analytics Storage Data Writer | 35ffec73-9cb8-4593-8718-40d5bc4b7f6f CosmosDB Fleet Operator Role
5432c526-bc82-444a-b7ba-57c5b0b5b34f CosmosRestoreOperator | 434105ed-43f6-45c7-a02f-909b2ba83430 Cost Management Contributor
72fafb9e-0641-4937-9268-a91bfd8191a3 Cost Management Reader | add466c9-e687-43fc-8d98-dfcf8d720be5 Data Box Contributor
028f4ed7-e2a9-465e-a8f4-9c0ffdfdc027 Data Box Reader | 673868aa-7521-48a0-acc6-0f60742d39f5 Data Factory Contributor
47b7735b-770e-4598-a7da-8b91488b4c88 Data Lake Analytics Developer | 959f8984-c045-4866-89c7-12bf9737be2e Data Operator for Managed Disks
150f5e0c-0603-4f03-8c7f-cf70034c4e90 Data Purger | 96ebd254-ecc7-4590-aff5-e9af3ff5f3b3 Dedicated Host Contributor Role
5e93ba01-8f92-4c7a-b12a-801e3df23824 Defender Containers Sensor | 0e2ecf2a-0574-4b08-89e2-be133aa6303f Defender Databricks Operator
c5c82243-e78e-43f9-8428-793bba85b28e Defender For Container Registries Operator | 1e7ca9b1-60d1-4db8-a914-f2ca1ff27c40 Defender for Storage Data Scanner
0f641de8-0b88-4198-bdef-bd8b45ceba96 Defender for Storage Scanner Operator | 7d0c0268-1199-449b-a52e-75c20879f46b Defender Settings Contributor
1fd5d8bf-9037-4ede-89bf-680f798e2765 Defender Unified RBAC Authorization Manager | ca62263b-07d5-4b48-b437-088803f5c2ff Defender Unified RBAC Authorization Reader
625a1cea-653b-4a19-bd3a-df1d66ab6637 Defender Unified RBAC Contributor and Responder | 40ead2a5-466e-4039-8a80-325542d9d2dd Defender Unified RBAC Data Manager
78b7345a-1e1b-483a-ac62-62228c6ea89d Defender Unified RBAC Reader | 1bacae94-6c0f-4d2d-8dfa-408d5a28e6ec Defender Unified RBAC Responder
d56b031f-8d90-4376-9231-b5c94fce88ef Defender Unified RBAC Scoped Reader | 97dfb3ce-e936-462c-9425-9cdb67e66d45 Desktop Virtualization App Attach Contributor
86240b0e-9422-4c43-887b-b61143f32ba8 Desktop Virtualization Application Group Contributor | aebf23d0-b568-4e86-b8f9-fe83a2c6ab55 Desktop Virtualization Application Group Reader
082f0a83-3be5-4ba1-904c-961cca79b387 Desktop Virtualization Contributor | e307426c-f9b6-4e81-87de-d99efb3c32bc Desktop Virtualization Host Pool Contributor
ceadfde2-b300-400a-ab7b-6143895aa822 Desktop Virtualization Host Pool Reader | 489581de-a3bd-480d-9518-53dea7416b33 Desktop Virtualization Power On Contributor
40c5ff49-9181-41f8-ae61-143b0e78555e Desktop Virtualization Power On Off Contributor | 49a72310-ab8d-41df-bbb0-79b649203868 Desktop Virtualization Reader
2ad6aaab-ead9-4eaa-8ac5-da422f562408 Desktop Virtualization Session Host Operator | 1d18fff3-a72a-46b5-b4a9-0b38a3cd7e63 Desktop Virtualization User
ea4bfff8-7fb4-485a-aadd-d4129a0ffaa6 Desktop Virtualization User Session Operator | a959dbd1-f747-45e3-8ba6-dd80f235f97c Desktop Virtualization Virtual Machine Contributor
21efdde3-836f-432b-bf3d-3e8e734d4b2b Desktop Virtualization Workspace Contributor | 0fa44ee9-7a7d-466b-9bb2-2bf446b1204d Desktop Virtualization Workspace Reader
45d50f46-0b78-4001-a660-4198cbe8cd05 DevCenter Dev Box User | 4c6569b6-f23e-4295-9b90-bd4cc4ff3292 DevCenter Owner
331c37c6-af14-46d9-b9f4-e1909e1b95a0 DevCenter Project Admin | dfce44e4-17b7-4bd1-a6d1-04996ec95633 Device Provisioning Service Data Contributor
10745317-c249-44a1-a5ce-3a4353c0bbd8 Device Provisioning Service Data Reader | 76153a9e-0edb-49bc-8e01-93c47e6b5180 DevOps Infrastructure Contributor
64375caa-ac3e-48b3-9492-da4d60aba7bb Diagnostics Operator | 3e5e47e6-65f7-47ef-90b5-e5dd4d455f24 Disk Backup Reader
136d308c-0937-4a49-9bd7-edfb42adbffc Disk Encryption Set Operator for Managed Disks | 60fc6e62-5479-42d4-8bf4-67625fcc2840 Disk Pool Operator
b50d9833-a0cb-478e-945f-707fcc997c13 Disk Restore Operator | 7efff54f-a5b4-42b5-a1c5-5411624893ce Disk Snapshot Contributor
0f2ebee7-ffd4-4fc0-b3b7-664099fdad5d DNS Resolver Contributor | befefa01-2a29-4197-83a8-272ff33ce314 DNS Zone Contributor
5bd9cd88-fe45-4216-938b-f97437e15450 DocumentDB Account Contributor | eeaeda52-9324-47f6-8069-5d5bade478b2 Domain Services Contributor
361898ef-9ed1-48c2-849c-a832951106bb Domain Services Reader | 1e241071-0855-49ea-94dc-649edcd759de EventGrid Contributor
1d8c3fe3-8864-474b-8749-01e3783e8157 EventGrid Data Contributor | 78cbd9e7-9798-4e2e-9b5a-547d9ebb31fb EventGrid Data Receiver
d5a91429-5739-47e2-a06b-3470a27159e7 EventGrid Data Sender | 428e0ff0-5e57-4d9c-a221-2c70d0e0a443 EventGrid EventSubscription Contributor
2414bbcf-6497-4faf-8c65-045460748405 EventGrid EventSubscription Reader | a12b0b94-b317-4dcd-84a8-502ce99884c6 EventGrid TopicSpaces Publisher
4b0f2fd7-60b4-4eca-896f-4435034f8bf5 EventGrid TopicSpaces Subscriber | 61eb6405-5f4a-440b-ad03-fe06c5c85e44 Flux Configurations Contributor
e47c6f54-e4a2-4754-9501-8e0985b135e1 Foundry Account Owner | c883944f-8b7b-4483-af10-35834be79c4a Foundry Owner
eadc314b-1a2d-4efa-be10-5d325db5065e Foundry Project Manager | 53ca6127-db72-4b80-b1b0-d745d6d5456d Foundry User
22926164-76b3-42b3-bc55-97df8dab3e41 Grafana Admin | a79a5197-3a5c-4973-a920-486035ffd60f Grafana Editor
60921a7e-fef1-4a43-9b16-a26c52ad4769 Grafana Viewer | 088ab73d-1256-47ae-bea9-9de8e7131f31 Guest Configuration Resource Contributor
0847e196-2fd2-4c2f-a48c-fca6fd030f44 HDInsight Cluster Admin | 61ed4efc-fab3-44fd-b111-e24485cc132a HDInsight Cluster Operator
8d8d5a11-05d3-4bda-a417-a08778121c7c HDInsight Domain Services Contributor | 350f8d15-c687-4448-8ae1-157740a3936d Hierarchy Settings Administrator
2e481b5d-5af3-463b-8b01-f9c948aaf0c5 Informatica DataManagement Contributor role | 4fc6c259-987e-4a07-842e-c321cc9d413f IoT Hub Data Contributor
b447c946-2db7-41ec-983d-d8bf3b1c77e3 IoT Hub Data Reader | 4ea46cd5-c1b2-4a8e-910b-273211f9ce47 IoT Hub Registry Contributor
494bdba2-168f-4f31-a0a1-191d2f7c028c IoT Hub Twin Contributor | 8d7ecc5c-f27b-43cf-883f-46409d445502 Issue Contributor
00482a5a-887f-4fb3-b363-3b7fe8e74483 Key Vault Administrator | db79e9a7-68ee-4b58-9aeb-b90e7c24fcba Key Vault Certificate User
a4417e6f-fecd-4de8-b567-7b0420556985 Key Vault Certificates Officer | f25e0fa2-a7c8-4377-a976-54943a77a395 Key Vault Contributor
14b46e9e-c2b7-41b4-b07b-48a6ebf60603 Key Vault Crypto Officer | e147488a-f6f5-4113-8e2d-b22465e65bf6 Key Vault Crypto Service Encryption User
08bbd89e-9f13-488c-ac41-acfcb10c90ab Key Vault Crypto Service Release User | 12338af0-0e69-4776-bea7-57ae8d297424 Key Vault Crypto User
8b54135c-b56d-4d72-a534-26097cfdc8d8 Key Vault Data Access Administrator | a68e7c17-0ab2-4c09-9a58-125dae29748c Key Vault Purge Operator
21090545-7ca7-4776-b22c-e363652d74d2 Key Vault Reader | b86a8fe4-44ce-4948-aee5-eccb2c155cd7 Key Vault Secrets Officer
4633458b-17de-408a-b874-0445c86b69e6 Key Vault Secrets User | ee361c5d-f7b5-4119-b4b6-892157c8f64c Knowledge Consumer
ada52afe-776a-4b4d-a8f2-55670d3d8178 Kubernetes Agent Subscription Level Operator | 34e09817-6cbe-4d01-b1a2-e0eac5743d41 Kubernetes Cluster - Azure Arc Onboarding
85cb6faf-e071-4c9b-8136-154b5a04f717 Kubernetes Extension Contributor | 0cd9749a-3aaf-4ae5-8803-bd217705bf3b Kubernetes Runtime Storage Class Contributor Role
1a5682fc-4f12-4b25-927e-e8cfed0c539e KubernetesRuntime Load Balancer Contributor Role | 28bf596f-4eb7-45ce-b5bc-6cf482fec137 Locks Contributor
92aaf0da-9dab-42b6-94a3-d43ce8d16293 Log Analytics Contributor | 3b03c2da-16b3-4a49-8834-0f8130efdd3b Log Analytics Data Reader
73c42c96-874c-492b-b04d-ab87d138a893 Log Analytics Reader | 87a39d53-fc1b-424a-814c-f7e04687dc9e Logic App Contributor
515c2055-d9d4-4321-b1b9-bd0c9a0f79fe Logic App Operator | ad710c24-b039-4e85-a019-deb4a06e8570 Logic Apps Standard Contributor
523776ba-4eb2-4600-a3c8-f2dc93da4bdb Logic Apps Standard Developer | b70c96e9-66fe-4c09-b6e7-c98e69c98555 Logic Apps Standard Operator
4accf36b-2c05-432f-91c8-5c532dff4c73 Logic Apps Standard Reader | 641177b8-a67a-45b9-a033-47bc880bb21e Managed Application Contributor Role
c7393b34-138c-406f-901b-d8cf2b17e6ae Managed Application Operator Role | b9331d33-8a36-4f8c-b097-4f54124fdb44 Managed Application Publisher Operator
18500a29-7fe2-46b2-a342-b16a415e101d Managed HSM contributor | e40ec5ca-96e0-45a2-b4ff-59039f2c2b59 Managed Identity Contributor
7e559ce2-48d7-4b27-9128-fa1b247f1308 Managed Identity Federated Identity Credential Contributor | f1a07417-d97a-45cb-824c-7a7467783830 Managed Identity Operator
91c1777a-f3dc-4fae-b103-61d183457e46 Managed Services Registration assignment Delete Role | 5d58bcaf-24a5-4b20-bdb6-eed9f69fbe4c Management Group Contributor
ac63b705-f282-497d-ac71-919bf39d939d Management Group Reader | 98d40527-c073-4096-943a-dd593105ca9c Microsoft Approvals Service Operator
92318126-08be-45d0-a1b2-532e6c7d52ce Microsoft Approvals Workflow Contributor | 53ad7cb7-33cc-4509-b36b-03d40643c499 Microsoft Cloud Security Arc Machine Operator
f4c81013-99ee-4d62-a7ee-b3f1f648599a Microsoft Sentinel Automation Contributor | c18f9900-27b8-47c7-a8f0-5b3b3d4c2bc2 Microsoft Sentinel Business Applications Agent Operator
ab8e14d6-4a74-4a29-9ba8-549422addade Microsoft Sentinel Contributor | 51d6186e-6489-4900-b93f-92e23144cca5 Microsoft Sentinel Playbook Operator
8d289c81-5878-46d4-8554-54e1e3d8b5cb Microsoft Sentinel Reader | 3e150937-b8fe-4cfb-8069-0eaf05ecd056 Microsoft Sentinel Responder
045b6ee5-0c68-42c4-9be0-7389794309f5 MongoDB Atlas Contributor | 749f88d5-cbae-40b8-bcfc-e573ddc772fa Monitoring Contributor
b0d8363b-8ddd-447d-831f-62ca05bff136 Monitoring Data Reader | 3913510d-42f4-4e42-8a64-420c390055eb Monitoring Metrics Publisher
47be4a87-7950-4631-9daf-b664a405f074 Monitoring Policy Contributor | 43d0d8ad-25c7-4714-9337-8ba259a9fe05 Monitoring Reader
d18ad5f3-1baf-4119-b49b-d944edb1f9d0 MySQL Backup And Export Operator | 4d97b98b-1d4f-4787-a291-c67834d212e7 Network Contributor
5d28c62d-5b37-4476-8438-e587778df237 New Relic APM Account Contributor | 8e3af657-a8ff-443c-a75c-2fe8c4bcb635 Owner
dd799a69-ffc8-4aa8-9701-b51f686857d9 Pinecone.VectorDb Contributor Role | 0c8b84dc-067c-4039-9615-fa1a4b77c726 PlayFab Contributor
a9a19cc5-31f4-447c-901f-56c0bb18fcaf PlayFab Reader | 285ce6d6-fa11-43bd-94ef-42a9b3740bfd Policy Enrollments Contributor
66bb4e9e-b016-4a94-8249-4c0511c2be84 Policy Insights Data Writer (Preview) | 78eacb5e-e318-4560-85a9-e6a724ca60c9 Portal Dashboard Writer Role
c088a766-074b-43ba-90d4-1fb21feae531 PostgreSQL Flexible Server Long Term Retention Backup Role | 2593f4c7-8bf4-4fff-9804-2ee069b41902 Power Platform Account Contributor
babe7770-cdbc-4f46-9bd7-b90b34842946 Power Platform Enterprise Policy Contributor | b12aa53e-6015-4669-85d0-8515ebb3ae7f Private DNS Zone Contributor
dbc9c667-e97f-4491-aee6-90b9cf960190 Privileged Monitoring Data Reader | be1a1ac2-09d3-4261-9e57-a73a6e227f53 Procurement Contributor
469a0cf0-3794-4627-838e-39d04f27b306 Procurement Contributor with Resource Group Permissions | a3ab03bc-5350-42ff-b0d5-00207672db55 ProviderHub Contributor
4d8c6f2e-3fd6-4d40-826e-93e3dc4c3fc1 ProviderHub Reader | 0e5f05e5-9ab9-446b-b98d-1e2157c94125 Quota Request Operator
acdd72a7-3385-48ef-bd42-f606fba81ae7 Reader | c12c1c16-33a1-487b-954d-41c89c60f349 Reader and Data Access
376d0802-aca8-4c2d-83a5-c88630f396fe Recurring Scheduled Actions Contributor | e0f68234-74aa-48ed-b826-c38b57376e17 Redis Cache Contributor
36243c78-bf99-498c-9df9-86d9f8d28608 Resource Policy Contributor | f58310d9-a9f6-439a-9e8d-f62e7b41a168 Role Based Access Control Administrator
e9b8712a-cbcf-4ea7-b0f7-e71b803401e6 SaaS Hub Contributor | 6fbca9a8-3561-41fd-8b20-6576043c1076 Scheduled Actions Contributor
b67fe603-310e-4889-b9ee-8257d09d353d Scheduled Events Contributor | cd08ab90-6b14-449c-ad9a-8f8e549482c6 Scheduled Patching Contributor
5dffeca3-4936-4216-b2bc-10343a5abb25 Schema Registry Contributor | 2c56ea50-c6b3-40a6-83c0-9d98858bc7d2 Schema Registry Reader
8ebe5a00-799e-43f5-93ac-243d3dce84a7 Search Index Data Contributor | 1407120a-92aa-4202-b7e9-c0e197c71c8f Search Index Data Reader
7ca78c08-252a-4471-8644-bb5ff32d4ba0 Search Service Contributor | fb1c8493-542b-48eb-b624-b4c8fea62acd Security Admin
612c2aa1-cb24-443b-ac28-3ab7272de6f5 Security Assessment Contributor | e3d13bf0-dd5a-482e-ba6b-9b8433878d10 Security Manager (Legacy)
39bc4728-0917-49c7-9d2c-d95423bc2eb4 Security Reader | 04165923-9d83-45d5-8227-78b77b0a687e SignalR AccessKey Reader
420fcaa2-552c-430f-98ca-3264be4806c7 SignalR App Server | fd53cd77-2268-407a-8f46-7e7863d0f521 SignalR REST API Owner
ddde6b66-c0df-4114-a159-3618637b3035 SignalR REST API Reader | 7e4f1700-ea5a-4f59-8f37-079cfe29dce3 SignalR Service Owner
8cf5e20a-e4b2-4e9d-b3a1-5ceb692c2761 SignalR/Web PubSub Contributor | 6670b86e-a3f7-4917-ac9b-5d6ab1be4567 Site Recovery Contributor
494ae006-db33-4328-bf46-533a6560a3ca Site Recovery Operator | dbaa88c4-0c30-4179-9fb3-46319faa6149 Site Recovery Reader
59f98be6-0817-488b-831e-36a353c8000b Sites Reader | 9b7fa17d-e63e-47b0-bb0a-15c516ac86ec SQL DB Contributor
4939a1f6-9ae0-4e48-a1e0-f2cbe897382d SQL Managed Instance Contributor | 056cd41c-7e88-42e1-933e-88ba6a50c9c3 SQL Security Manager
6d8ee4ec-f05a-4a1d-8b00-a9b17e38b437 SQL Server Contributor | fc6e3395-6a8c-4527-bb4c-d0abd41e8e74 SSH PublicKeys Contributor Role
31ef6312-5b0c-4ce9-8c5d-587a91344fe7 SSH PublicKeys Reader Role | 39fcb0de-8844-4706-b050-c28ddbe3ff83 Standby Container Group Pool Contributor
e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1 Storage Account Backup Contributor | 17d1049b-9a84-46fb-8f53-869881c3d3ab Storage Account Contributor
a316ed6d-1efe-48ac-ac08-f7995a9c26fb Storage Account Encryption Scope Contributor Role | 81a9662b-bebf-436f-a333-f67b29880f12 Storage Account Key Operator Service Role
4bad4d9e-2a13-4888-94bb-c8432f6f3040 Storage Actions Blob Data Operator | bd8acdb0-202c-4493-a7fe-ef98eefbfbc4 Storage Actions Contributor
77789c21-1643-48a2-8f27-47f858540b51 Storage Actions Task Assignment Contributor | ba92f5b4-2d11-453d-a403-e96b0029c9fe Storage Blob Data Contributor
b7e6dc6d-f1e8-4753-8033-0f276bb0955b Storage Blob Data Owner | 2a2b9908-6ea1-4ae2-8e65-a410df84e7d1 Storage Blob Data Reader
db58b8e5-c6ad-4a2a-8342-4190687cbf4a Storage Blob Delegator | 35c49d44-ccc1-4b18-8267-cfb3bacdd396 Storage DataShare Contributor
c8a487a2-c85b-4487-83a1-9f04cde10293 Storage File Backup Contributor | 69566ab7-960f-475b-8e7c-b3118f30c6bd Storage File Data Privileged Contributor
b8eda974-7b85-4f76-af95-65846b26df6d Storage File Data Privileged Reader | bbf004e3-0e4b-4f86-ae4f-1f8fb47b357b Storage File Data SMB Admin
a235d3ee-5935-4cfb-8cc5-a3303ad5995e Storage File Data SMB MI Admin | 0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb Storage File Data SMB Share Contributor
a7264617-510b-434b-a828-9731dc254ea7 Storage File Data SMB Share Elevated Contributor | aba4ae5f-2193-4029-9191-0cb91df5e314 Storage File Data SMB Share Reader
5d9bac3f-34b2-432f-bde5-78aa8e73ce6b Storage File Data SMB Take Ownership | 765a04e0-5de8-4bb2-9bf6-b2a30bc03e91 Storage File Delegator
e7a9e73d-4397-41f2-a282-af8b65aaa2dc Storage File Restore Contributor | 974c5e8b-45b9-4653-ba55-5f855dd0fb88 Storage Queue Data Contributor
8a0f0c08-91a1-4084-bc3d-661d67233fed Storage Queue Data Message Processor | c6a89b2d-59bc-44d0-9896-0f6e12d7b80a Storage Queue Data Message Sender
19e7f393-937e-4f77-808e-94535e297925 Storage Queue Data Reader | 7ee386e9-84f0-448e-80a6-f185f6533131 Storage Queue Delegator
0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3 Storage Table Data Contributor | 76199698-9eea-4c19-bc75-cec21354c6b6 Storage Table Data Reader
965033a5-c8eb-4f35-b82f-fef460a3606d Storage Table Delegator | 6e0c8711-85a0-4490-8365-8ec13c4560b4 Stream Analytics Contributor
1dfc38e8-6ce7-447f-807c-029c65262c5f Stream Analytics Reader | cfd33db0-3dd1-45e3-aa9d-cdbdf3b6f24e Support Request Contributor
6d6f52ba-a7de-4c56-a58f-522154514fba SupportPlan Contributor | 4a9ae827-6dc8-4573-8ac7-8239d42aa03f Tag Contributor
1c9b6475-caf0-4164-b5a1-2142a7116f4b Template Spec Contributor | 392ae280-861d-42bd-9ea5-08ee6d83b80e Template Spec Reader
0a7c2fa1-6f28-41a4-86b8-e74937c63222 Tenant Contributor | a4b10055-b0c7-44c2-b00f-c7b5b3550cf7 Traffic Manager Contributor
18d7d88d-d35e-4fb5-a5c3-7773c20a72d9 User Access Administrator | 1c0163c0-47e6-4577-8991-ea5c82e286e4 Virtual Machine Administrator Login
9980e02c-c2be-4d73-94e8-173b1dc7cf3c Virtual Machine Contributor | 66f75aeb-eabe-4b70-9f1e-c350c4c9ad04 Virtual Machine Data Access Administrator (preview)
602da2ba-a5c2-41da-b01d-5360126ab525 Virtual Machine Local User Login | fb879df8-f326-4884-b1cf-06f3ad86be52 Virtual Machine User Login
dfce8971-25e3-42e3-ba33-6055438e3080 VM Restore Operator | 2cc479cb-7b4d-49a8-b449-8c00fd0f0a4b Web Plan Contributor
12cf5a90-567b-43ae-8102-96cf46c7d9b4 Web PubSub Service Owner | bfb1c7d2-fb1a-466b-b2ba-aee63b92deaf Web PubSub Service Reader
de139f84-1756-47ae-9be6-808fbbe84772 Website Contributor | 1f135831-5bbe-4924-9016-264044c00788 Windows 365 Network Interface Contributor
7eabc9a4-85f7-4f71-b8ab-75daaccc1033 Windows 365 Network User | a6333a3e-0164-44c3-b281-7a577aff287f Windows Admin Center Administrator Login
3d55a8f6-4133-418d-8051-facdb1735758 Windows365SubscriptionReader | e8ddcd69-c73f-4f9f-9844-4100522f16ad Workbook Contributor
b279062a-9be3-42a0-92ae-8b3cf002ec4d Workbook Reader
`

const NAMES: ReadonlyMap<string, string> = new Map(
  BUILT_IN.split(/ \| |\n/)
    .filter((entry) => entry !== '')
    .map((entry) => [entry.slice(0, 36), entry.slice(37)]),
)

/** The name of a built-in role by the id of its definition, in lower case; null for those of customers. */
export function builtInRoleName(id: string): string | null {
  return NAMES.get(id) ?? null
}
